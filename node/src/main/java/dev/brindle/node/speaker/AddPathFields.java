// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import dev.brindle.bird.topology.AddPath;
import java.util.Map;
import java.util.Set;

/// `addPath` of a neighbour: `receive`, `send`, `both`, `off`, or `{mode: both, paths: 8}`.
final class AddPathFields {

  private static final Map<String, AddPath> MODES =
      Map.of(
          "off", AddPath.OFF,
          "receive", new AddPath(true, false, AddPath.DEFAULT_PATHS),
          "send", new AddPath(false, true, AddPath.DEFAULT_PATHS),
          "both", new AddPath(true, true, AddPath.DEFAULT_PATHS));

  private AddPathFields() {}

  static AddPath of(Field field) {
    if (field.content() instanceof Field.Content.Text) {
      return field.oneOf(MODES);
    }
    field.entries(Set.of("mode", "paths"));
    AddPath mode = field.get("mode").oneOf(MODES);
    return field.find("paths").map(it -> limited(mode, it)).orElse(mode);
  }

  private static AddPath limited(AddPath mode, Field paths) {
    if (!mode.sends()) {
      throw paths.wrong("is how many paths are told; with this mode none are, leave it out");
    }
    return mode.withPaths((int) paths.number(1, AddPath.MAX_PATHS));
  }
}
