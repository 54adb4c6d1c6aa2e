#include <deque>

#include "base/text.hpp"
#include "serve/views.hpp"

namespace tongxin::serve {
namespace {

constexpr int kBoxWidth = 132, kBoxHeight = 40, kColumn = 230, kRow = 92, kMargin = 24;

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

std::string draw_arrow(const Arrow& arrow, const std::vector<Box>& boxes) {
  const Box &a = boxes[arrow.from], &b = boxes[arrow.to];
  const bool forward = b.x > a.x;
  const int x1 = forward ? a.x + kBoxWidth : a.x + kBoxWidth / 2,
            y1 = forward ? a.y + kBoxHeight / 2 : a.y + kBoxHeight;
  const int x2 = forward ? b.x : b.x + kBoxWidth / 2,
            y2 = forward ? b.y + kBoxHeight / 2 : (b.x == a.x && b.y > a.y ? b.y : b.y + kBoxHeight);
  const int dip = forward ? 0 : kRow / 2;
  const std::string path = forward
                               ? fmt::format("M{},{} C{},{} {},{} {},{}", x1, y1, x1 + 48, y1, x2 - 48, y2, x2, y2)
                               : fmt::format("M{},{} C{},{} {},{} {},{}", x1, y1, x1, y1 + dip, x2, y2 + dip, x2, y2);
  return fmt::format(
      "<path class=\"action\" d=\"{}\" fill=\"none\" stroke=\"currentColor\" stroke-opacity=\"0.45\" "
      "marker-end=\"url(#tip)\"><title>{}</title></path>"
      "<text class=\"action-name\" x=\"{}\" y=\"{}\" font-size=\"11\" text-anchor=\"middle\" fill=\"currentColor\" "
      "fill-opacity=\"0.75\">{}</text>",
      path, escape_markup(arrow.label), (x1 + x2) / 2, (y1 + y2) / 2 + dip * 3 / 4 - 4,
      escape_markup(cut(arrow.label, 12)) + (count_code_points(arrow.label) > 12 ? "…" : ""));
}

}  // namespace

std::string draw_flow(const pack::Kind& kind, Language language) {
  const std::vector<Arrow> arrows = arrows_of(kind, language);
  const std::vector<int> layers = layers_of(kind, arrows);
  std::vector<int> rows;
  std::vector<Box> boxes;
  for (const int layer : layers) {
    if (int(rows.size()) <= layer) rows.resize(std::size_t(layer) + 1);
    boxes.push_back({kMargin + layer * kColumn, kMargin + rows[std::size_t(layer)]++ * kRow});
  }
  const int tallest = rows.empty() ? 1 : *std::max_element(rows.begin(), rows.end());
  const int width = 2 * kMargin + std::max(0, int(rows.size()) - 1) * kColumn + kBoxWidth,
            height = 2 * kMargin + tallest * kRow;
  std::string svg =
      fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">",
                  width, height, escape_markup(kind.label.in(language)));
  svg +=
      "<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" "
      "orient=\"auto\"><path d=\"M0,0 L8,4 L0,8 z\" fill=\"currentColor\"/></marker></defs>";
  for (const Arrow& arrow : arrows) svg += draw_arrow(arrow, boxes);
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    const pack::State& state = kind.states[i];
    svg += fmt::format(
        "<g class=\"state {}\"><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"8\" fill=\"none\" "
        "stroke=\"currentColor\" stroke-width=\"{}\"/>"
        "<text x=\"{}\" y=\"{}\" font-size=\"14\" text-anchor=\"middle\" fill=\"currentColor\">{}</text></g>",
        pack::name_of(state.display), boxes[i].x, boxes[i].y, kBoxWidth, kBoxHeight, state.final ? 3 : 1,
        boxes[i].x + kBoxWidth / 2, boxes[i].y + kBoxHeight / 2 + 5, escape_markup(state.label.in(language)));
  }
  return svg + "</svg>";
}

}  // namespace tongxin::serve
