#include <algorithm>
#include <cstdlib>
#include <deque>

#include "base/text.hpp"
#include "serve/views.hpp"

namespace tongxin::serve {
namespace {

constexpr int kBoxWidth = 132, kBoxHeight = 40, kColumn = 290, kRow = 92, kMargin = 24, kAround = 90, kLetters = 11;
constexpr std::size_t kMostShown = 12;  // of a name; all of it when pointed at

struct Arrow {
  std::size_t from, to;
  std::string label;
};

std::vector<Arrow> arrows_of(const pack::Kind& kind, Language language) {
  std::vector<Arrow> arrows;
  for (const pack::Action& action : kind.actions)
    for (std::size_t from = 0; from < action.from.size(); ++from) {
      if (!action.from[from]) continue;
      for (const pack::Target& target : action.to) {
        if (target.state < 0 || std::size_t(target.state) == from) continue;
        const auto same = std::find_if(arrows.begin(), arrows.end(), [&](const Arrow& each) {
          return each.from == from && each.to == std::size_t(target.state);
        });
        if (same == arrows.end())
          arrows.push_back({from, std::size_t(target.state), action.label.in(language)});
        else if (same->label.find(action.label.in(language)) == std::string::npos)
          same->label += " / " + action.label.in(language);
      }
    }
  return arrows;
}

// Layers by the shortest way from where a record begins.
std::vector<int> layers_of(const pack::Kind& kind, const std::vector<Arrow>& arrows) {
  std::vector<int> layer(kind.states.size(), -1);
  std::deque<std::size_t> next;
  for (const pack::Target& target : kind.create.to)
    if (target.state >= 0 && layer[std::size_t(target.state)] < 0)
      layer[std::size_t(target.state)] = 0, next.push_back(std::size_t(target.state));
  if (next.empty() && !layer.empty()) layer[0] = 0, next.push_back(0);
  for (; !next.empty(); next.pop_front())
    for (const Arrow& arrow : arrows)
      if (arrow.from == next.front() && layer[arrow.to] < 0)
        layer[arrow.to] = layer[arrow.from] + 1, next.push_back(arrow.to);
  const int last = layer.empty() ? 0 : *std::max_element(layer.begin(), layer.end());
  for (int& each : layer)
    if (each < 0) each = last + 1;
  return layer;
}

struct Box {
  int x = 0, y = 0;
};
struct Room {
  int left, top, right, bottom;
  bool meets(const Room& other) const {
    return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
  }
};
struct Line {
  std::string path;
  int x, y;  // where its name would stand best: the middle
};

// On to the right: from side to side. Within a column: around, on the left, so that no box is crossed. Back: from below.
Line line_of(const Box& a, const Box& b) {
  const auto curve = [](int x1, int y1, int c1, int d1, int c2, int d2, int x2, int y2) {
    return Line{fmt::format("M{},{} C{},{} {},{} {},{}", x1, y1, c1, d1, c2, d2, x2, y2),
                (x1 + 3 * c1 + 3 * c2 + x2) / 8, (y1 + 3 * d1 + 3 * d2 + y2) / 8};
  };
  const int a_middle = a.y + kBoxHeight / 2, b_middle = b.y + kBoxHeight / 2;
  if (b.x > a.x) {
    const int x1 = a.x + kBoxWidth;
    return curve(x1, a_middle, x1 + 60, a_middle, b.x - 60, b_middle, b.x, b_middle);
  }
  if (b.x == a.x) {
    const int around = a.x - std::min(120, 30 + std::abs(b.y - a.y) / 4);
    return curve(a.x, a_middle, around, a_middle, around, b_middle, b.x, b_middle);
  }
  const int x1 = a.x + kBoxWidth / 2, y1 = a.y + kBoxHeight, x2 = b.x + kBoxWidth / 2, y2 = b.y + kBoxHeight;
  return curve(x1, y1, x1, y1 + kRow / 2, x2, y2 + kRow / 2, x2, y2);
}

// Where the name of a line stands: at its middle, or as near to it as neither a box nor another name is in the way.
Room room_for(const Line& line, int width, const std::vector<Room>& taken) {
  const int height = kLetters + 4;
  for (int away = 0;; away = away > 0 ? -away : 4 - away) {
    const int middle = line.y + away;
    const Room room{line.x - width / 2, middle - height / 2, line.x + width / 2, middle + height / 2};
    if (std::abs(away) > 2 * kRow || std::ranges::none_of(taken, [&](const Room& each) { return each.meets(room); }))
      return room;
  }
}

int width_of(std::string_view text) {
  int width = 4;
  for (const char letter : text)
    if ((static_cast<unsigned char>(letter) & 0xC0) != 0x80) width += letter & 0x80 ? kLetters : kLetters * 3 / 5;
  return width;
}

}  // namespace

std::string draw_flow(const pack::Kind& kind, Language language) {
  const std::vector<Arrow> arrows = arrows_of(kind, language);
  const std::vector<int> layers = layers_of(kind, arrows);
  std::vector<int> rows;
  std::vector<Box> boxes;
  for (const int layer : layers) {
    if (int(rows.size()) <= layer) rows.resize(std::size_t(layer) + 1);
    boxes.push_back({kMargin + kAround + layer * kColumn, kMargin + rows[std::size_t(layer)]++ * kRow});
  }
  const int tallest = rows.empty() ? 1 : *std::max_element(rows.begin(), rows.end());
  const int width = 2 * kMargin + kAround + std::max(0, int(rows.size()) - 1) * kColumn + kBoxWidth,
            height = 2 * kMargin + tallest * kRow;
  std::vector<Room> taken;
  for (const Box& box : boxes) taken.push_back({box.x, box.y, box.x + kBoxWidth, box.y + kBoxHeight});
  std::string svg =
      fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">",
                  width, height, escape_markup(kind.label.in(language)));
  svg +=
      "<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" "
      "orient=\"auto\"><path d=\"M0,0 L8,4 L0,8 z\" fill=\"currentColor\"/></marker></defs>";
  // Lines lie under the boxes and the names on top of all, each with a ground of its own.
  std::string names;
  for (const Arrow& arrow : arrows) {
    const Line line = line_of(boxes[arrow.from], boxes[arrow.to]);
    svg += fmt::format(
        "<path class=\"action\" d=\"{}\" fill=\"none\" stroke=\"currentColor\" stroke-opacity=\"0.45\" "
        "marker-end=\"url(#tip)\"><title>{}</title></path>",
        line.path, escape_markup(arrow.label));
    const std::string shown =
        std::string(cut(arrow.label, kMostShown)) + (count_code_points(arrow.label) > kMostShown ? "…" : "");
    const Room room = room_for(line, width_of(shown), taken);
    taken.push_back(room);
    names += fmt::format(
        "<text class=\"action-name\" x=\"{}\" y=\"{}\" font-size=\"{}\" text-anchor=\"middle\" fill=\"currentColor\" "
        "stroke=\"#fff\" stroke-width=\"4\" stroke-linejoin=\"round\" paint-order=\"stroke\">{}</text>",
        (room.left + room.right) / 2, (room.top + room.bottom) / 2 + kLetters / 3, kLetters, escape_markup(shown));
  }
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    const pack::State& state = kind.states[i];
    svg += fmt::format(
        "<g class=\"state {}\"><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"8\" fill=\"#fff\" "
        "stroke=\"currentColor\" stroke-width=\"{}\"/>"
        "<text x=\"{}\" y=\"{}\" font-size=\"14\" text-anchor=\"middle\" fill=\"currentColor\">{}</text></g>",
        pack::name_of(state.display), boxes[i].x, boxes[i].y, kBoxWidth, kBoxHeight, state.final ? 3 : 1,
        boxes[i].x + kBoxWidth / 2, boxes[i].y + kBoxHeight / 2 + 5, escape_markup(state.label.in(language)));
  }
  return svg + names + "</svg>";
}

}  // namespace tongxin::serve
