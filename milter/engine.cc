#include "milter/engine.h"

#include "milter/filter.h"
#include "milter/native_engine.h"

namespace milter {

std::unique_ptr<Engine> make_engine(std::string_view name, Shared& shared,
                                    daemons::Signals& signals) {
  if (name == "libmilter") return std::make_unique<Filter>(shared, signals);
  return std::make_unique<NativeEngine>(shared);
}

}  // namespace milter
