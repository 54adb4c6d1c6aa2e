#include "sim/pictures.hpp"

#include <zlib.h>

#include <array>

namespace tongxin::sim {
namespace {

constexpr int kWidth = 480, kHeight = 360;
using Colour = std::array<std::uint8_t, 3>;

class Canvas {
 public:
  explicit Canvas(Colour sky) : points_(std::size_t(kWidth) * kHeight, sky) {}

  void box(int left, int top, int right, int bottom, Colour colour) {
    for (int y = std::max(0, top); y < std::min(kHeight, bottom); ++y)
      for (int x = std::max(0, left); x < std::min(kWidth, right); ++x) at(x, y) = colour;
  }
  void disc(int cx, int cy, int rx, int ry, Colour colour) {
    for (int y = std::max(0, cy - ry); y < std::min(kHeight, cy + ry); ++y)
      for (int x = std::max(0, cx - rx); x < std::min(kWidth, cx + rx); ++x)
        if (square(x - cx, rx) + square(y - cy, ry) < 1) at(x, y) = colour;
  }
  // PNG (ISO 15948): header, one zlib stream of rows with filter 0, end.
  std::string png() const {
    std::string rows;
    for (int y = 0; y < kHeight; ++y) {
      rows += '\0';
      for (int x = 0; x < kWidth; ++x)
        rows.append(reinterpret_cast<const char*>(points_[std::size_t(y * kWidth + x)].data()), 3);
    }
    uLongf size = compressBound(uLong(rows.size()));
    std::string packed(size, '\0');
    if (compress2(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(rows.data()),
                  uLong(rows.size()), 9) != Z_OK)
      return {};
    packed.resize(size);
    std::string file("\x89PNG\r\n\x1a\n", 8), head = number(kWidth) + number(kHeight);
    head += std::string("\x08\x02\x00\x00\x00", 5);
    return file + chunk("IHDR", head) + chunk("IDAT", packed) + chunk("IEND", "");
  }

 private:
  static double square(int distance, int radius) { return double(distance) * distance / (double(radius) * radius); }
  Colour& at(int x, int y) { return points_[std::size_t(y * kWidth + x)]; }
  static std::string number(std::uint32_t value) {
    return {char(value >> 24), char(value >> 16 & 255), char(value >> 8 & 255), char(value & 255)};
  }
  static std::string chunk(const char* type, const std::string& data) {
    const std::string body = type + data;
    return number(std::uint32_t(data.size())) + body +
           number(std::uint32_t(crc32(0, reinterpret_cast<const Bytef*>(body.data()), uInt(body.size()))));
  }

  std::vector<Colour> points_;
};

constexpr Colour kSky{205, 224, 238}, kWall{222, 205, 186}, kRoof{168, 92, 74}, kGround{176, 176, 170},
    kGlass{120, 160, 190}, kDark{70, 70, 74}, kGreen{92, 142, 86}, kBlue{64, 110, 168}, kWater{96, 150, 200},
    kRed{196, 60, 52}, kYellow{236, 196, 72};

Canvas street() {
  Canvas canvas(kSky);
  canvas.box(40, 70, 440, 250, kWall);
  canvas.box(30, 55, 450, 72, kRoof);
  for (int floor = 0; floor < 3; ++floor)
    for (int window = 0; window < 6; ++window)
      canvas.box(66 + window * 62, 88 + floor * 54, 100 + window * 62, 118 + floor * 54, kGlass);
  canvas.box(0, 250, kWidth, kHeight, kGround);
  return canvas;
}

Canvas garbage() {
  Canvas canvas = street();
  canvas.box(170, 210, 230, 300, kGreen);
  canvas.box(240, 210, 300, 300, kBlue);
  for (int i = 0; i < 5; ++i) canvas.disc(150 + i * 48, 300 + i % 2 * 14, 30, 22, i % 2 ? kDark : Colour{110, 104, 96});
  return canvas;
}
Canvas road() {
  Canvas canvas = street();
  canvas.disc(250, 315, 90, 26, kDark);
  canvas.disc(262, 320, 54, 14, Colour{48, 46, 46});
  return canvas;
}
Canvas water() {
  Canvas canvas = street();
  canvas.box(228, 120, 240, 262, Colour{140, 140, 146});
  canvas.disc(250, 310, 150, 34, kWater);
  canvas.disc(234, 258, 20, 12, kWater);
  return canvas;
}
Canvas parking() {
  Canvas canvas = street();
  canvas.box(120, 246, 340, 296, kRed);
  canvas.box(165, 212, 300, 250, kRed);
  canvas.box(178, 220, 228, 248, kGlass);
  canvas.box(238, 220, 288, 248, kGlass);
  canvas.disc(170, 298, 24, 24, kDark);
  canvas.disc(292, 298, 24, 24, kDark);
  return canvas;
}
Canvas warning() {
  Canvas canvas = street();
  for (int i = 0; i < 12; ++i) canvas.box(60 + i * 30, 260, 90 + i * 30, 278, i % 2 ? kYellow : kDark);
  canvas.box(70, 250, 78, 330, kDark);
  canvas.box(402, 250, 410, 330, kDark);
  return canvas;
}
Canvas clean() {
  Canvas canvas = street();
  canvas.disc(90, 262, 46, 26, kGreen);
  canvas.disc(390, 262, 46, 26, kGreen);
  return canvas;
}

}  // namespace

std::vector<Photo> draw_pictures(store::Files& files) {
  std::vector<Photo> photos;
  for (const auto& [name, canvas] : {std::pair{"garbage.png", garbage()},
                                     {"road.png", road()},
                                     {"water.png", water()},
                                     {"parking.png", parking()},
                                     {"warning.png", warning()},
                                     {"clean.png", clean()}}) {
    const store::StoredFile kept = files.put(canvas.png());
    photos.push_back({name, kept.hash, std::int64_t(kept.size), kWidth, kHeight});
  }
  return photos;
}

}  // namespace tongxin::sim
