// Two macros for absl::Status, and nothing else.
#ifndef SIGNPOST_PROTO_BASE_STATUS_H_
#define SIGNPOST_PROTO_BASE_STATUS_H_

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/strings/str_cat.h>

#include <utility>

// Returns from the enclosing function when `expr` is not OK.
#define SIGNPOST_RETURN_IF_ERROR(expr)                     \
  do {                                                     \
    if (absl::Status status_macro_value_ = (expr);         \
        !status_macro_value_.ok()) {                       \
      return status_macro_value_;                          \
    }                                                      \
  } while (false)

#define SIGNPOST_STATUS_CONCAT_INNER_(a, b) a##b
#define SIGNPOST_STATUS_CONCAT_(a, b) SIGNPOST_STATUS_CONCAT_INNER_(a, b)

// `SIGNPOST_ASSIGN_OR_RETURN(auto x, F())`: assigns the value or returns the error.
#define SIGNPOST_ASSIGN_OR_RETURN(lhs, expr) \
  SIGNPOST_ASSIGN_OR_RETURN_IMPL_(SIGNPOST_STATUS_CONCAT_(status_or_, __LINE__), lhs, expr)
#define SIGNPOST_ASSIGN_OR_RETURN_IMPL_(tmp, lhs, expr) \
  auto tmp = (expr);                                    \
  if (!tmp.ok()) return std::move(tmp).status();        \
  lhs = std::move(tmp).value()

#endif  // SIGNPOST_PROTO_BASE_STATUS_H_
