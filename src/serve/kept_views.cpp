#include "serve/kept_views.hpp"

#include <boost/multi_index/hashed_index.hpp>
#include <boost/multi_index/member.hpp>
#include <boost/multi_index/sequenced_index.hpp>
#include <boost/multi_index_container.hpp>
#include <unordered_map>

#include "serve/api_notes.hpp"
#include "serve/views.hpp"

namespace tongxin::serve {
namespace {

namespace index = boost::multi_index;

struct Entry {
  std::int64_t key = 0;
  int last_seq = 0;
  std::weak_ptr<const record::World> world;
  std::shared_ptr<const void> what;
};
// In the order of their last use, the latest first, and by key.
using Entries = index::multi_index_container<
    Entry,
    index::indexed_by<index::sequenced<>, index::hashed_unique<index::member<Entry, std::int64_t, &Entry::key>>>>;

// One realm's ids never repeat, so the id and the sight are enough.
std::int64_t key_of(RecordId record, Sight sight) { return record.value * 4 + int(sight); }

bool same(const std::weak_ptr<const record::World>& kept, const record::WorldPtr& now) {
  return !kept.owner_before(now) && !now.owner_before(kept);
}

class Shelf {
 public:
  std::shared_ptr<const void> find(const record::Record& record, Sight sight, const record::WorldPtr& world) {
    const std::lock_guard lock(mutex_);
    auto& by_key = entries_.get<1>();
    const auto found = by_key.find(key_of(record.id, sight));
    if (found == by_key.end() || found->last_seq != record.last_seq || !same(found->world, world)) return {};
    entries_.relocate(entries_.begin(), entries_.project<0>(found));
    return found->what;
  }
  void keep(RecordId record, int last_seq, Sight sight, const record::WorldPtr& world,
            std::shared_ptr<const void> what) {
    const std::lock_guard lock(mutex_);
    Entry entry{key_of(record, sight), last_seq, world, std::move(what)};
    const auto [place, is_new] = entries_.push_front(entry);
    if (!is_new) {
      entries_.replace(place, std::move(entry));
      entries_.relocate(entries_.begin(), place);
    }
    if (entries_.size() > KeptViews::kMost) entries_.pop_back();
  }

 private:
  std::mutex mutex_;
  Entries entries_;
};

}  // namespace

struct KeptViews::Inside {
  Shelf pages, rows;
  std::mutex mutex;
  std::shared_ptr<const pack::Library> library;
  std::unordered_map<const pack::Action*, Written<api::ActionView>> actions;
};

std::shared_ptr<KeptViews> no_kept_views() { return std::make_shared<KeptViews>(); }

KeptViews::KeptViews() : inside_(std::make_unique<Inside>()) {}
KeptViews::~KeptViews() = default;

std::shared_ptr<const KeptPage> KeptViews::page(const record::Record& record, Sight sight,
                                                const record::WorldPtr& world) {
  return std::static_pointer_cast<const KeptPage>(inside_->pages.find(record, sight, world));
}

std::shared_ptr<const KeptRow> KeptViews::row(const record::Record& record, Sight sight,
                                              const record::WorldPtr& world) {
  return std::static_pointer_cast<const KeptRow>(inside_->rows.find(record, sight, world));
}

void KeptViews::keep(RecordId record, int last_seq, Sight sight, const record::WorldPtr& world,
                     std::shared_ptr<const KeptPage> page) {
  inside_->pages.keep(record, last_seq, sight, world, std::move(page));
}

void KeptViews::keep(RecordId record, int last_seq, Sight sight, const record::WorldPtr& world,
                     std::shared_ptr<const KeptRow> row) {
  inside_->rows.keep(record, last_seq, sight, world, std::move(row));
}

Written<api::ActionView> KeptViews::action(const record::WorldPtr& world, const pack::Kind& kind,
                                           const pack::Action& action) {
  const std::lock_guard lock(inside_->mutex);
  if (inside_->library != world->library) {
    inside_->library = world->library;
    inside_->actions.clear();
  }
  const auto [form, is_new] = inside_->actions.try_emplace(&action);
  if (is_new) form->second = action_view(kind, action);
  return form->second;
}

}  // namespace tongxin::serve
