// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.program;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What a node's programs may do: all that the lab may, but for what their environment takes away.
public final class Rights {

  /// Names a capability (capabilities(7)) without `CAP_` that they do not have.
  public static final String WITHOUT = "BRINDLE_LAB_WITHOUT_CAPABILITY";

  private Rights() {}

  /// How to run a program with the rights that its environment leaves it.
  public static List<String> limited(List<String> program, Map<String, String> environment) {
    String taken = environment.get(WITHOUT);
    if (taken == null) {
      return program;
    }
    var words =
        new ArrayList<>(
            List.of("setpriv", "--inh-caps=-" + taken, "--bounding-set=-" + taken, "--"));
    words.addAll(program);
    return words;
  }
}
