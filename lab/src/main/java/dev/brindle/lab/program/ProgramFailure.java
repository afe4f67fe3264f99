// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.program;

import java.io.Serial;

/// A program that the lab runs did not do what it should. The message is for the user.
public final class ProgramFailure extends RuntimeException {

  @Serial private static final long serialVersionUID = 1L;

  public ProgramFailure(String message) {
    super(message);
  }
}
