// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.plugin;

import java.nio.file.Path;
import java.util.Map;

/// Where the FIFOs and locks of one daemon are.
///
/// @param directory only root may enter it
public record SlotFiles(Path directory) {

  /// How many calls a daemon answers at once; more wait in line.
  public static final int SLOTS = 8;

  /// First byte of the daemon's lock file: held while the daemon answers. Whoever gets it knows
  /// that the daemon is away.
  public static final long ALIVE_BYTE = 0;

  /// Second byte: held by the one daemon of the directory from its start.
  public static final long OWNER_BYTE = 1;

  private static final String VARIABLE = "BRINDLE_CNI_DIR";
  private static final String DEFAULT_DIRECTORY = "/run/brindle/cni";

  public static SlotFiles of(Map<String, String> environment) {
    String directory = environment.getOrDefault(VARIABLE, "");
    return new SlotFiles(Path.of(directory.isEmpty() ? DEFAULT_DIRECTORY : directory));
  }

  public Path daemonLock() {
    return directory.resolve("daemon.lock");
  }

  /// Requests go in here.
  public Path in(int slot) {
    return file(slot, ".in");
  }

  /// Answers come out here.
  public Path out(int slot) {
    return file(slot, ".out");
  }

  /// Held by the plugin that uses the slot.
  public Path lock(int slot) {
    return file(slot, ".lock");
  }

  /// Not by `+`: it starts the machinery of method handles, a good part of the plugin's time.
  private Path file(int slot, String end) {
    return directory.resolve("slot-".concat(Integer.toString(slot)).concat(end));
  }
}
