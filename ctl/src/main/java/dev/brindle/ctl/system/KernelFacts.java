// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.system;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What is known of a kernel.
///
/// @param release as `uname -r` says it
/// @param modules loaded, built in, or on the disk
/// @param options of its configuration that are `y` or `m`
public record KernelFacts(String release, Set<String> modules, Set<String> options) {

  private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)(?:\\.(\\d+))?.*");
  private static final List<Integer> OLDEST = List.of(2, 6, 24);

  public KernelFacts {
    modules = Set.copyOf(modules);
    options = Set.copyOf(options);
  }

  public boolean isNewEnough() {
    Matcher matcher = VERSION.matcher(release);
    if (!matcher.matches()) {
      return false;
    }
    for (int i = 0; i < OLDEST.size(); i++) {
      int part = Integer.parseInt(Optional.ofNullable(matcher.group(i + 1)).orElse("0"));
      if (part != OLDEST.get(i)) {
        return part > OLDEST.get(i);
      }
    }
    return true;
  }

  public boolean has(KernelModule module) {
    return Stream.concat(Stream.of(module.name()), module.others().stream())
            .anyMatch(modules::contains)
        || options.contains(module.option());
  }
}
