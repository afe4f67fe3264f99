// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import dev.brindle.node.settings.NodeSettings;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// The directories of a daemon, made, and held against a second daemon while this is open.
final class OwnDirectories implements AutoCloseable {

  private final FileChannel lock;

  private OwnDirectories(FileChannel lock) {
    this.lock = lock;
  }

  /// @throws StartException naming the variable, the directory and what is wrong with it
  static OwnDirectories take(NodeSettings settings, Path cniDirectory) {
    make("BRINDLE_RUN_DIR", settings.runDirectory());
    make("BRINDLE_CNI_DIR", cniDirectory);
    make("BRINDLE_STATE_DIR", settings.stateDirectory());
    return new OwnDirectories(lock(settings.runDirectory()));
  }

  private static void make(String variable, Path directory) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw unusable(variable, directory, e.toString());
    }
    if (!Files.isWritable(directory)) {
      throw unusable(variable, directory, "this process may not write there");
    }
  }

  private static FileChannel lock(Path directory) {
    Path file = directory.resolve("node.lock");
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (channel.tryLock() != null) {
        return channel;
      }
      channel.close();
    } catch (IOException e) {
      throw unusable("BRINDLE_RUN_DIR", directory, e.toString());
    }
    throw new StartException(
        "%s is held by another process: a brindle node daemon runs here already; end it first, or give this one another BRINDLE_RUN_DIR"
            .formatted(file));
  }

  private static StartException unusable(String variable, Path directory, String why) {
    return new StartException(
        "%s is '%s': expected a directory that can be made and written to: %s"
            .formatted(variable, directory, why));
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
