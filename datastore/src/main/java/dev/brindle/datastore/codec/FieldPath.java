// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import com.fasterxml.jackson.core.JsonPointer;

/// Paths as people write them: `spec.ingress[0].protocol`.
final class FieldPath {

  private FieldPath() {}

  static String text(JsonPointer path) {
    StringBuilder text = new StringBuilder();
    for (JsonPointer rest = path; !rest.matches(); rest = rest.tail()) {
      if (rest.mayMatchElement()) {
        text.append('[').append(rest.getMatchingIndex()).append(']');
      } else {
        text.append(text.isEmpty() ? "" : ".").append(rest.getMatchingProperty());
      }
    }
    return text.toString();
  }
}
