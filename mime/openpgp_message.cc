#include "mime/openpgp_message.h"

#include <array>
#include <span>

#include "mime/armor.h"
#include "mime/openpgp_packets.h"

namespace mime {
namespace {

// Small enough to stay in the first-level cache from the armor to the
// statistics; on the stack, so that no session holds it, and of a size that
// leaves a thread's stack small: there may be a thread a session.
constexpr std::size_t kBlock = 1536;

}  // namespace

struct OpenPgpMessage::State {
  explicit State(OpenPgpOptions options)
      : armor(options.armor_headers), packets(options.ocb_packet) {}

  // The packets have seen all octets before a defect of the armor, so theirs
  // came first.
  OpenPgpDefect defect() const {
    return packets.defect() != OpenPgpDefect::kNone ? packets.defect()
                                                    : armor.defect();
  }

  ArmorReader armor;
  PacketReader packets;
};

OpenPgpMessage::OpenPgpMessage(OpenPgpOptions options)
    : state_(std::make_unique<State>(options)) {}

OpenPgpMessage::~OpenPgpMessage() = default;
OpenPgpMessage::OpenPgpMessage(OpenPgpMessage&&) noexcept = default;
OpenPgpMessage& OpenPgpMessage::operator=(OpenPgpMessage&&) noexcept = default;

void OpenPgpMessage::write(std::string_view octets) {
  std::array<std::uint8_t, kBlock> block;
  while (!octets.empty() && !refused()) {
    const std::size_t decoded = state_->armor.read(octets, block);
    const auto message = std::span<const std::uint8_t>(block).first(decoded);
    state_->packets.write(message);
  }
}

bool OpenPgpMessage::refused() const {
  return state_->defect() != OpenPgpDefect::kNone;
}

OpenPgpDefect OpenPgpMessage::finish() {
  if (refused()) return state_->defect();
  if (state_->armor.finish() != OpenPgpDefect::kNone)
    return state_->armor.defect();
  return state_->packets.finish();
}

}  // namespace mime
