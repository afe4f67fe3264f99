// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

/// A password that stands in a Secret.
public record SecretPassword(SecretKeyRef secretKeyRef) {

  /// Which Secret, and which of its keys.
  public record SecretKeyRef(String name, String key, boolean optional) {

    public SecretKeyRef {
      name = Absent.asEmpty(name);
      key = Absent.asEmpty(key);
    }
  }
}
