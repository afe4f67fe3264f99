// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.label;

import java.io.Serial;

/// Text that is no selector. The message names what was expected, where, and the text.
public final class SelectorSyntaxException extends IllegalArgumentException {

  @Serial private static final long serialVersionUID = 1L;

  public SelectorSyntaxException(String message) {
    super(message);
  }
}
