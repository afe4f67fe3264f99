// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import org.jspecify.annotations.Nullable;

/// A password that stands in a Secret.
///
/// @param secretKeyRef null where it is not said which: such a password is never right
public record SecretPassword(@Nullable SecretKeyRef secretKeyRef) {

  /// Which Secret, and which of its keys.
  public record SecretKeyRef(String name, String key, boolean optional) {

    public SecretKeyRef {
      name = Absent.asEmpty(name);
      key = Absent.asEmpty(key);
    }
  }
}
