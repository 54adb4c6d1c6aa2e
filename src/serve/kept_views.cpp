#include "serve/kept_views.hpp"

#include <map>

#include "base/shelf.hpp"
#include "serve/api_notes.hpp"
#include "serve/views.hpp"

namespace tongxin::serve {
namespace {

struct Entry {
  int last_seq = 0;
  std::weak_ptr<const record::World> world;
  std::shared_ptr<const void> what;
};
// One realm's ids never repeat, so the id and the sight are enough.
using Entries = Shelf<std::pair<std::int64_t, int>, Entry>;

bool same(const std::weak_ptr<const record::World>& kept, const record::WorldPtr& now) {
  return !kept.owner_before(now) && !now.owner_before(kept);
}

std::shared_ptr<const void> valid(Entries& entries, const record::Record& record, Sight sight,
                                  const record::WorldPtr& world) {
  auto found = entries.find({record.id.value, int(sight)});
  return found && found->last_seq == record.last_seq && same(found->world, world) ? std::move(found->what) : nullptr;
}

}  // namespace

struct KeptViews::Inside {
  Entries pages{kMost}, rows{kMost};
  std::mutex mutex;
  std::shared_ptr<const pack::Library> library;
  std::map<const pack::Kind*, std::shared_ptr<const Actions>> actions;
};

std::shared_ptr<KeptViews> no_kept_views() { return std::make_shared<KeptViews>(); }

KeptViews::KeptViews() : inside_(std::make_unique<Inside>()) {}
KeptViews::~KeptViews() = default;

std::shared_ptr<const KeptPage> KeptViews::page(const record::Record& record, Sight sight,
                                                const record::WorldPtr& world) {
  return std::static_pointer_cast<const KeptPage>(valid(inside_->pages, record, sight, world));
}

std::shared_ptr<const KeptRow> KeptViews::row(const record::Record& record, Sight sight,
                                              const record::WorldPtr& world) {
  return std::static_pointer_cast<const KeptRow>(valid(inside_->rows, record, sight, world));
}

void KeptViews::keep(RecordId record, int last_seq, Sight sight, const record::WorldPtr& world,
                     std::shared_ptr<const KeptPage> page) {
  inside_->pages.keep({record.value, int(sight)}, {last_seq, world, std::move(page)});
}

void KeptViews::keep(RecordId record, int last_seq, Sight sight, const record::WorldPtr& world,
                     std::shared_ptr<const KeptRow> row) {
  inside_->rows.keep({record.value, int(sight)}, {last_seq, world, std::move(row)});
}

std::shared_ptr<const KeptViews::Actions> KeptViews::actions(const record::WorldPtr& world, const pack::Kind& kind) {
  const std::lock_guard lock(inside_->mutex);
  if (inside_->library != world->library) {
    inside_->library = world->library;
    inside_->actions.clear();
  }
  auto& forms = inside_->actions[&kind];
  if (forms) return forms;
  Actions made;
  for (const pack::Action& action : kind.actions) made.emplace_back(action_view(kind, action));
  return forms = std::make_shared<const Actions>(std::move(made));
}

}  // namespace tongxin::serve

// How a line and a deadline are written is known here, so that views.cpp, which makes them, need not.
template std::string tongxin::to_json(const tongxin::serve::api::DeadlineView&);
template std::string tongxin::to_json(const tongxin::serve::api::RecordRow&);
