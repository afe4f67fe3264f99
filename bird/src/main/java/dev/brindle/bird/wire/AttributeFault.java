// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

/// A malformed attribute and what was done about it.
///
/// @param code the attribute's type code
/// @param reason with what was found
public record AttributeFault(int code, ErrorAction action, String reason) {

  @Override
  public String toString() {
    return "%s: %s (%s)".formatted(AttributeType.name(code), reason, action);
  }
}
