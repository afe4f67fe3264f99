// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.template;

import java.io.Serial;

/// A template that cannot be read, or not be carried out.
public final class TemplateException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1L;

  TemplateException(String message) {
    super(message);
  }
}
