#include "record/proof.hpp"

#include <bit>
#include <boost/endian/conversion.hpp>

#include "base/crypto.hpp"
#include "record/chain.hpp"

namespace tongxin::record {
namespace {

constexpr std::size_t kSum = 16;

ProofSum read_sum(const std::uint8_t* bytes) {
  ProofSum sum;
  for (int i = 0; i < 8; ++i) sum.low |= std::uint64_t(bytes[i]) << (8 * i);
  for (int i = 0; i < 8; ++i) sum.high |= std::uint64_t(bytes[8 + i]) << (8 * i);
  return sum;
}

// The columns of one row, one behind the other: numbers as eight bytes, the lowest first; texts behind their length; a letter
// before what may be absent.
class Columns {
 public:
  explicit Columns(std::size_t room) : text_(room, '\0') {}
  template <class... Each>
  Columns& with(const Each&... each) {
    (add(each), ...);
    return *this;
  }
  ProofSum sum() const { return read_sum(digest(std::string_view(text_).substr(0, used_)).data()); }

 private:
  char* room_for(std::size_t count) {
    if (used_ + count > text_.size()) text_.resize(2 * (used_ + count));
    return text_.data() + std::exchange(used_, used_ + count);
  }
  void add(const std::string& text) {
    add(std::int64_t(text.size()));
    text.copy(room_for(text.size()), text.size());
  }
  void add(char letter) { *room_for(1) = letter; }
  void add(bool flag) { add(flag ? '1' : '0'); }
  void add(int value) { add(std::int64_t(value)); }
  void add(std::int64_t value) {
    boost::endian::store_little_s64(reinterpret_cast<unsigned char*>(room_for(8)), value);
  }
  void add(double value) { add(std::bit_cast<std::int64_t>(value)); }
  void add(Time time) { add(to_millis(time)); }
  template <class Tag>
  void add(Id<Tag> id) {
    add(id.value);
  }
  template <class T>
  void add(const std::optional<T>& value) {
    add(value ? '+' : '-');
    if (value) add(*value);
  }

  std::string text_;
  std::size_t used_ = 0;
};

void put(std::string& out, char part, const ProofSum& sum) {
  out += part;
  for (const std::uint64_t half : {sum.low, sum.high})
    for (int shift = 0; shift < 64; shift += 8) out += char(half >> shift & 0xff);
}

}  // namespace

ProofSum& ProofSum::operator+=(const ProofSum& other) {
  low += other.low;
  high += other.high;
  return *this;
}

ProofSum& ProofSum::operator-=(const ProofSum& other) {
  low -= other.low;
  high -= other.high;
  return *this;
}

ProofSum proof_of(const Record& r) {
  constexpr std::size_t kOthers = 600;
  return Columns(kOthers + r.data.size() + r.answer.size() + r.tally.size())
      .with(r.id, r.kind, r.number, r.version, r.state, r.previous_state, r.open, r.urgent, r.title, r.category,
            r.function, r.source, r.area, r.path, r.lon, r.lat, r.geo_cell, r.address, r.holder_org, r.holder_person,
            r.holder_area, r.holder_role, r.reporter, r.parent, r.merged_into, r.created_at, r.updated_at, r.closed_at,
            r.due_at, r.data, r.sealed.has_value(), r.sealed_fields, r.answer, r.photo, r.tally, r.last_seq)
      .sum();
}

ProofSum proof_of(const Timer& t) {
  if (t.deadline.find('.') != t.deadline.npos && !t.deadline.starts_with("keep.")) return {};
  return Columns(200)
      .with(t.record, t.deadline, t.started_at, t.due_at, t.warn_at, t.limit_text, t.calendar, t.paused_at,
            t.remaining_ms, t.ended_at, t.late, t.phase)
      .sum();
}

ProofSum proof_of(RecordId record, const Participant& p) {
  return Columns(80 + p.role.size()).with(record, p.role, p.org, p.person, p.since).sum();
}

ProofSum proof_of_message(RecordId record, int seq, std::int64_t id, Time at) {
  return Columns(32).with(record, seq, id, at).sum();
}

ProofSum proof_of(const CountEntry& e) {
  return Columns(240).with(e.record, e.seq, e.kind, e.name, e.path, e.category, e.period, e.org, e.day, e.value).sum();
}

ProofSum proof_of_rating(RecordId record, int seq, Time at, const std::string& body) {
  return Columns(64 + body.size()).with(record, seq, at, body).sum();
}

std::string to_bytes(const Proof& proof) {
  std::string out;
  out.reserve(7 * (1 + kSum));
  put(out, 'r', proof.record);
  put(out, 't', proof.timers);
  if (proof.parts != ProofSum{}) put(out, 'p', proof.parts);
  if (proof.messages != ProofSum{}) put(out, 'm', proof.messages);
  if (proof.entries != ProofSum{}) put(out, 'c', proof.entries);
  if (proof.ratings != ProofSum{}) put(out, 'j', proof.ratings);
  if (proof.forgets) put(out, 'f', {});
  return out;
}

std::optional<Proof> proof_in(const Event& event) {
  if (event.digest.size() <= kBodyDigest) return std::nullopt;
  Proof proof;
  for (std::size_t at = kBodyDigest; at + 1 + kSum <= event.digest.size(); at += 1 + kSum) {
    const ProofSum sum = read_sum(event.digest.data() + at + 1);
    switch (event.digest[at]) {
      case 'r': proof.record = sum; break;
      case 't': proof.timers = sum; break;
      case 'p': proof.parts = sum; break;
      case 'm': proof.messages = sum; break;
      case 'c': proof.entries = sum; break;
      case 'j': proof.ratings = sum; break;
      case 'f': proof.forgets = true; break;
      default: break;
    }
  }
  return proof;
}

}  // namespace tongxin::record
