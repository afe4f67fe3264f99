// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import java.io.Serial;

/// `speaker.yaml` cannot be used. The message names the line, the field, what it holds and what it
/// should hold.
final class SpeakerFileException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1L;

  SpeakerFileException(String message) {
    super(message);
  }
}
