// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.output;

import dev.brindle.api.resource.Resource;
import java.util.function.Function;

/// One column of a kind's table.
///
/// @param value of a resource of that kind
record Column(String heading, Function<Resource, String> value) {

  static <R extends Resource> Column of(String heading, Class<R> type, Function<R, String> value) {
    return new Column(heading, resource -> value.apply(type.cast(resource)));
  }

  static Column name() {
    return new Column("NAME", resource -> resource.metadata().name());
  }

  static Column namespace() {
    return new Column("NAMESPACE", resource -> resource.metadata().namespace());
  }
}
