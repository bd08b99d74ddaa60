// Signing on libopendkim, a library handle for each message: header lists,
// time and lifetime are options of that handle.
//
// It signs Ed25519 wrongly with simple header canonicalization (its own
// verifier refuses the result), so that combination is an error here.

#include "dkim/domain_name.h"
#include "dkim/opendkim_library.h"
#include "dkim/sign_engine.h"

namespace dkim {
namespace {

constexpr std::size_t kLineWidth = 16;  // of "DKIM-Signature: "

dkim_canon_t canon_of(Canonicalization form) {
  return form == Canonicalization::kSimple ? DKIM_CANON_SIMPLE
                                           : DKIM_CANON_RELAXED;
}

class OpendkimSignEngine : public SignEngine {
 public:
  OpendkimSignEngine(const SignerOptions& options, std::int64_t now)
      : options_(options), library_(dkim_init(nullptr, nullptr)) {
    set_option(DKIM_OPTS_FIXEDTIME, static_cast<std::uint64_t>(now));
    set_option(DKIM_OPTS_SIGNATURETTL,
               static_cast<std::uint64_t>(options.lifetime_seconds));
  }

  void begin(HeaderSection& section,
             const std::vector<std::string_view>& signed_fields) override {
    set_names(section, signed_fields);
    for (const auto& key : options_.keys) {
      begin_one(section, *key);
    }
  }

  void body(std::string_view octets) override {
    for (Message& message : messages_) {
      message.body.write(message.handle.get(), octets);
    }
  }

  SigningResult finish() override {
    if (!error_.empty()) return {{}, error_};
    SigningResult result;
    for (Message& message : messages_) {
      message.body.finish(message.handle.get());
      unsigned char* text = nullptr;
      std::size_t size = 0;
      if (dkim_eom(message.handle.get(), nullptr) != DKIM_STAT_OK ||
          dkim_getsighdr_d(message.handle.get(), kLineWidth, &text, &size) !=
              DKIM_STAT_OK) {
        return {{}, "libopendkim could not sign"};
      }
      result.field_bodies.push_back(
          std::string(" ").append(reinterpret_cast<const char*>(text), size));
    }
    return result;
  }

 private:
  struct Message {
    OpendkimMessage handle;
    OpendkimBody body;
  };

  void set_option(dkim_opts_t option, std::uint64_t value) {
    if (library_) {
      dkim_options(library_.get(), DKIM_OP_SETOPT, option, &value,
                   sizeof value);
    }
  }

  void set_list(dkim_opts_t option, const std::vector<std::string>& names) {
    std::vector<const char*> list;
    list.reserve(names.size() + 1);
    for (const std::string& name : names) list.push_back(name.c_str());
    list.push_back(nullptr);
    if (library_ &&
        dkim_options(library_.get(), DKIM_OP_SETOPT, option, list.data(),
                     sizeof(const char**)) != DKIM_STAT_OK) {
      error_ = "libopendkim does not take the header list";
    }
  }

  // The library counts instances itself: it wants each name once, and those
  // that are listed more often than they occur.
  void set_names(const HeaderSection& section,
                 const std::vector<std::string_view>& signed_fields) {
    std::vector<std::string> names;
    std::vector<std::string> oversigned;
    for (std::size_t i = 0; i < signed_fields.size();) {
      const std::string_view name = signed_fields[i];
      std::size_t listed = 0;
      for (; i < signed_fields.size() && signed_fields[i] == name; ++i) {
        ++listed;
      }
      for (std::size_t f = 0; f < section.size(); ++f) {
        if (equals_ignoring_case(section.field(f).name, name)) --listed;
      }
      names.emplace_back(name);
      if (listed > 0) oversigned.emplace_back(name);
    }
    set_list(DKIM_OPTS_SIGNHDRS, names);
    set_list(DKIM_OPTS_OVERSIGNHDRS, oversigned);
  }

  void begin_one(const HeaderSection& section, const SigningKey& key) {
    if (key.type() == KeyType::kEd25519 &&
        options_.header_canonicalization == Canonicalization::kSimple) {
      error_ = "libopendkim cannot sign ed25519-sha256 with simple header";
      return;
    }
    std::string pem = key.private_pem();
    DKIM_STAT status = DKIM_STAT_OK;
    Message message;
    message.handle.reset(dkim_sign(
        library_.get(), as_unsigned("message"), nullptr, as_unsigned(pem),
        as_unsigned(key.selector().c_str()), as_unsigned(key.domain().c_str()),
        canon_of(options_.header_canonicalization),
        canon_of(options_.body_canonicalization),
        key.type() == KeyType::kRsa ? DKIM_SIGN_RSASHA256
                                    : DKIM_SIGN_ED25519SHA256,
        -1, &status));
    if (!message.handle) {
      error_ = "libopendkim does not take the key";
      return;
    }
    for (std::size_t i = 0; i < section.size(); ++i) {
      const mime::HeaderField field = section.field(i);
      std::string line = std::string(field.name).append(":").append(field.body);
      dkim_header(message.handle.get(), as_unsigned(line), line.size());
    }
    if (dkim_eoh(message.handle.get()) != DKIM_STAT_OK) {
      error_ = "libopendkim does not take the header section";
    }
    messages_.push_back(std::move(message));
  }

  const SignerOptions& options_;
  OpendkimLibrary library_;
  std::vector<Message> messages_;
  std::string error_;
};

}  // namespace

std::unique_ptr<SignEngine> make_opendkim_sign_engine(
    const SignerOptions& options, std::int64_t now) {
  return std::make_unique<OpendkimSignEngine>(options, now);
}

}  // namespace dkim
