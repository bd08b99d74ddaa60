#include "mime/octet_statistics.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace mime {
namespace {

// ln Gamma(x) for x >= 1, to about 1e-9: std::lgamma() writes a global.
double log_gamma(double x) {
  double shift = 0;
  while (x < 16) {  // Gamma(x) is Gamma(x + 1) / x
    shift -= std::log(x);
    x += 1;
  }
  const double inverse = 1 / x;
  const double square = inverse * inverse;
  const double series =
      inverse * (1.0 / 12 - square * (1.0 / 360 - square / 1260));
  return shift + (x - 0.5) * std::log(x) - x +
         0.5 * std::log(2 * std::numbers::pi) + series;
}

// Pearson's statistic, which has a mean of 255.  The sum of (c - n/256)^2 is
// the sum of c^2 less n^2/256; in integers it is exact and needs no order.
double chi_square(const OctetCounts& counts, std::uint64_t octets) {
  std::uint64_t squares = 0;
  for (const std::uint64_t count : counts) squares += count * count;
  const auto n = static_cast<double>(octets);
  return 256 * static_cast<double>(squares) / n - n;
}

}  // namespace

void OctetHistogram::write(std::span<const std::uint8_t> octets) {
  while (!octets.empty()) {
    const auto piece = octets.first(std::min(octets.size(), room_));
    std::size_t i = 0;
    for (; i + 4 <= piece.size(); i += 4) {
      ++tables_[0][piece[i]];
      ++tables_[1][piece[i + 1]];
      ++tables_[2][piece[i + 2]];
      ++tables_[3][piece[i + 3]];
    }
    for (; i < piece.size(); ++i) ++tables_[0][piece[i]];
    octets = octets.subspan(piece.size());
    room_ -= piece.size();
    if (room_ == 0) {
      counts_ = counts();
      tables_ = {};
      room_ = kTableOctets;
    }
  }
}

OctetCounts OctetHistogram::counts() const {
  OctetCounts counts = counts_;
  for (const Table& table : tables_) {
    for (std::size_t octet = 0; octet < counts.size(); ++octet) {
      counts[octet] += table[octet];
    }
  }
  return counts;
}

double histogram_evidence(const OctetCounts& counts) {
  const std::uint64_t size =
      std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
  if (size == 0) return 0;
  // Uniform octets seldom exceed it, and where they do the code below saves
  // nothing: this spares them the logarithms.
  if (chi_square(counts, size) < 350) return 0;
  const auto octets = static_cast<double>(size);
  // The code is the Dirichlet-multinomial one.  Its parameter is the sharpest
  // for differences of the size that can just be seen at this length.
  const double prior = std::max(1.0, octets / 256);
  double saved = log_gamma(256 * prior) - log_gamma(octets + 256 * prior) +
                 octets * std::log(256.0);
  for (const std::uint32_t count : counts)
    saved += log_gamma(count + prior) - log_gamma(prior);
  return saved / std::numbers::ln2;
}

void OctetStatistics::write(std::span<const std::uint8_t> octets) {
  if (octets.empty()) return;
  const auto before = static_cast<std::size_t>(text_.octets());
  text_.write(octets);
  if (!histogram_) {
    if (text_.octets() <= first_.size()) {
      std::copy(octets.begin(), octets.end(),
                first_.begin() + static_cast<std::ptrdiff_t>(before));
      return;
    }
    histogram_ = std::make_unique<OctetHistogram>();
    histogram_->write(std::span(first_).first(before));
  }
  histogram_->write(octets);
}

OctetCounts OctetStatistics::counts() const {
  if (histogram_) return histogram_->counts();
  OctetCounts counts{};
  for (std::size_t i = 0; i < text_.octets(); ++i) ++counts[first_[i]];
  return counts;
}

bool OctetStatistics::readable() const {
  // No code saves more bits than there are.
  if (8.0 * static_cast<double>(octets()) < kRefusalBits) return false;
  return text_.readable(kRefusalBits) ||
         histogram_evidence(counts()) >= kRefusalBits;
}

}  // namespace mime
