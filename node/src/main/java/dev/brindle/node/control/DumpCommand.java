// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.control;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.brindle.bird.speaker.Speaker;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/// `dump`: all paths as a file, written by the daemon.
final class DumpCommand {

  private final Speaker speaker;
  private final ControlRequest request;

  DumpCommand(Speaker speaker, ControlRequest request) {
    this.speaker = speaker;
    this.request = request;
  }

  void dump(ControlAnswer answer) throws ControlRefusal, IOException {
    request.allow(Set.of("file"));
    Path file = Path.of(request.get("file"));
    if (!file.isAbsolute() || file.getFileName() == null) {
      throw ControlRefusal.badRequest("'%s' is no file with its whole path".formatted(file));
    }
    long octets;
    try {
      speaker.dump(file);
      octets = Files.size(file);
    } catch (FileSystemException e) {
      String reason =
          e.getReason() == null ? e.getClass().getSimpleName() : String.valueOf(e.getReason());
      throw cannot(file, reason);
    } catch (IOException e) {
      throw cannot(file, String.valueOf(e.getMessage()));
    }
    answer.line(
        JsonNodeFactory.instance.objectNode().put("file", file.toString()).put("octets", octets));
  }

  private static ControlRefusal cannot(Path file, String reason) {
    return new ControlRefusal(
        "not-done",
        "the daemon cannot write %s: %s".formatted(file, reason),
        "name a file in a directory where the daemon may write");
  }
}
