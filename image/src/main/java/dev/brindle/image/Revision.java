// SPDX-License-Identifier: Apache-2.0
package dev.brindle.image;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Which sources an image is made of.
///
/// @param commit with `-modified` where a file differs from it
/// @param time the commit's; every file in the image has it
record Revision(String commit, Instant time) {

  /// The variable that other builds of this kind take their time from, too.
  static final String EPOCH = "SOURCE_DATE_EPOCH";

  /// @param environment SOURCE_DATE_EPOCH wins over the commit's time
  static Revision of(Path clone, Map<String, String> environment)
      throws IOException, InterruptedException {
    String given = environment.getOrDefault(EPOCH, "");
    String commit;
    String seconds;
    try {
      String[] words = git(clone, "log", "-1", "--format=%H %ct").strip().split(" ", -1);
      boolean isModified = !git(clone, "status", "--porcelain", "--untracked-files=no").isBlank();
      commit = isModified ? words[0] + "-modified" : words[0];
      seconds = given.isEmpty() ? words[1] : given;
    } catch (IOException e) {
      if (given.isEmpty()) {
        throw new IOException(
            "neither git nor %s says of when the sources are: %s".formatted(EPOCH, e.getMessage()),
            e);
      }
      commit = "unknown";
      seconds = given;
    }
    try {
      return new Revision(commit, Instant.ofEpochSecond(Long.parseLong(seconds)));
    } catch (NumberFormatException e) {
      throw new IOException("%s is '%s': expected seconds since 1970".formatted(EPOCH, seconds), e);
    }
  }

  private static String git(Path clone, String... words) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of("git", "-c", "safe.directory=" + clone, "-C", clone.toString()));
    command.addAll(List.of(words));
    return Commands.run(clone, Map.of(), command);
  }
}
