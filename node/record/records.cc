#include "node/record/records.h"

namespace signpost::node {

bool SensitiveByStatute(v1::ServiceType service) {
  return service == v1::SEXUAL_HEALTH || service == v1::MENTAL_HEALTH ||
         service == v1::SUBSTANCE_MISUSE;
}

}  // namespace signpost::node
