// Who must have a second factor.
#pragma once
#include "serve/routes.hpp"

namespace tongxin::serve {

// Where a pack says it of a role that they hold. In a demonstration nobody: its passwords stand on its first page.
inline bool needs_second_factor(const App& app, const Standing& standing) {
  return standing.totp_required && !app.options.demo;
}

}  // namespace tongxin::serve
