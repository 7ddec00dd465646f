// What lies on the desk, shown: whom to ring and the telephone first, then why.
//
// Thread safety: pure functions; ShowRequest belongs to the main thread.
// Security: an item names the person who asked and the own case reference, never
// the child; what another authority wrote is cleaned or escaped.
#ifndef SIGNPOST_CLI_DESK_ITEMS_H_
#define SIGNPOST_CLI_DESK_ITEMS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/app.h"
#include "signpost/v1/desk.pb.h"

namespace signpost::cli {

// One item, several lines; the first says whom to ring and on which telephone, or for requests who
// must decide.
std::string DeskItemText(const v1::DeskItem& item, int64_t now_ms);
// Items newest first and how many there are; `noun` is "alert", "notice", ...
std::string DeskText(const std::vector<v1::DeskItem>& items, std::string_view noun, int64_t now_ms);
void WriteDeskItem(JsonWriter& json, const v1::DeskItem& item);
// An object of `schema` with "items".
void WriteDesk(JsonWriter& json, std::string_view schema, const std::vector<v1::DeskItem>& items);

// An object of `schema` with one "item".
void WriteDeskDecision(JsonWriter& json, std::string_view schema, const v1::DeskItem& item);

// A request that a second person must decide: its number, its time, what holds `meanwhile` (a whole
// line), and how to decide. JSON as WriteDeskDecision.
void ShowRequest(Context& context, const char* schema, std::string_view meanwhile,
                 const v1::DeskItem& item);

}  // namespace signpost::cli

#endif  // SIGNPOST_CLI_DESK_ITEMS_H_
