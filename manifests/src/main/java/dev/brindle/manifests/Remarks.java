// SPDX-License-Identifier: Apache-2.0
package dev.brindle.manifests;

import java.util.HashMap;
import java.util.Map;

/// What stands before fields in a file, for people who edit it.
///
/// A place is `spec.template.spec.containers[install-cni].env[CNI_MTU]`: items of a list go by
/// their name. `env[]` is the end of the list.
final class Remarks {

  private final Map<String, String> before = new HashMap<>();

  /// Adds to what stands there already.
  Remarks at(String place, String text) {
    before.merge(place, text.strip(), "%s%n%s"::formatted);
    return this;
  }

  /// @return empty if nothing is said there
  String of(String place) {
    return before.getOrDefault(place, "");
  }

  /// The places that something is said of.
  Iterable<String> places() {
    return before.keySet();
  }
}
