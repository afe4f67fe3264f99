// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import dev.brindle.api.label.TextHash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/// What held before a reload that nobody has confirmed, kept beside `speaker.yaml`: whoever is
/// killed meanwhile starts with it.
///
/// ```
/// # until SHA-256 of the new speaker.yaml is confirmed
/// the old speaker.yaml
/// ```
///
/// @param path of `speaker.yaml`
record UnconfirmedFile(Path path) {

  private static final String HEAD = "# until %s is confirmed\n";

  /// @param before what holds
  /// @param after what is about to
  void begin(String before, String after) throws IOException {
    Path directory = kept().toAbsolutePath().getParent();
    Path written =
        Files.createTempFile(
            directory,
            ".speaker",
            "",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      Files.writeString(written, HEAD.formatted(TextHash.SHA_256.hex(after)) + before);
      Files.move(written, kept(), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(written);
    }
  }

  /// What is in `speaker.yaml` may stay.
  void end() throws IOException {
    Files.deleteIfExists(kept());
  }

  /// What held before what is in `speaker.yaml`; empty if that was confirmed, or written since.
  Optional<String> before(String now) throws IOException {
    if (!Files.exists(kept())) {
      return Optional.empty();
    }
    String text = Files.readString(kept());
    String head = HEAD.formatted(TextHash.SHA_256.hex(now));
    return text.startsWith(head) ? Optional.of(text.substring(head.length())) : Optional.empty();
  }

  Path kept() {
    return path.resolveSibling(path.getFileName() + ".unconfirmed");
  }
}
