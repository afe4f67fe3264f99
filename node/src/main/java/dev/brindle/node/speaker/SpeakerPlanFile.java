// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/// `speaker.yaml` on disk.
record SpeakerPlanFile(Path path, PasswordSource passwords) {

  /// What a start begins with: as the file has it, unless a reload made it so that was never
  /// confirmed.
  ///
  /// @param say is told if it is what held before
  /// @throws SpeakerFileException if it is not what it should be
  SpeakerPlan readConfirmed(Consumer<String> say) throws IOException {
    SpeakerPlan now = read();
    Optional<String> before = unconfirmed().before(now.text());
    if (before.isEmpty()) {
      unconfirmed().end();
      return now;
    }
    say.accept(
        "%s was never confirmed: what held before it holds (%s); send SIGHUP to take it again"
            .formatted(path, unconfirmed().kept()));
    return plan(before.get());
  }

  UnconfirmedFile unconfirmed() {
    return new UnconfirmedFile(path);
  }

  private SpeakerPlan plan(String text) {
    return SpeakerPlan.of(SpeakerFileReader.read(text), passwords).withText(text);
  }

  /// @throws SpeakerFileException if it is not what it should be
  SpeakerPlan read() throws IOException {
    long size = Files.size(path);
    if (size > SpeakerFileReader.MAX_CHARACTERS) {
      throw new SpeakerFileException(
          "the file has %d bytes, more than %d".formatted(size, SpeakerFileReader.MAX_CHARACTERS));
    }
    try {
      return plan(Files.readString(path));
    } catch (MalformedInputException e) {
      throw new SpeakerFileException("the file is not UTF-8: " + e.getMessage());
    }
  }
}
