// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;

/// `speaker.yaml` on disk.
record SpeakerPlanFile(Path path, PasswordSource passwords) {

  /// @throws SpeakerFileException if it is not what it should be
  SpeakerPlan read() throws IOException {
    long size = Files.size(path);
    if (size > SpeakerFileReader.MAX_CHARACTERS) {
      throw new SpeakerFileException(
          "the file has %d bytes, more than %d".formatted(size, SpeakerFileReader.MAX_CHARACTERS));
    }
    try {
      return SpeakerPlan.of(SpeakerFileReader.read(Files.readString(path)), passwords);
    } catch (MalformedInputException e) {
      throw new SpeakerFileException("the file is not UTF-8: " + e.getMessage());
    }
  }
}
