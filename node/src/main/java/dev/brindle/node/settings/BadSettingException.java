// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.settings;

import java.io.Serial;

/// A variable of the environment cannot be used; the message says which, its value, and what was
/// expected.
public final class BadSettingException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1L;

  public BadSettingException(String variable, String value, String expected) {
    super("%s is '%s': expected %s".formatted(variable, value, expected));
  }
}
