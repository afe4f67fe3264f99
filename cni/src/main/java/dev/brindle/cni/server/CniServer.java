// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import dev.brindle.cni.plugin.PluginReply;
import dev.brindle.cni.plugin.SlotFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers the plugin: a pool of slots in a directory that only root may enter, each with a thread
/// of its own. Nothing of an earlier daemon is used again but the lock files, so nothing that was
/// stuck stays stuck. The protocol is in DESIGN.md.
public final class CniServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(CniServer.class);

  private final FileChannel lockFile;
  private final List<SlotServer> slots;

  private CniServer(FileChannel lockFile, List<SlotServer> slots) {
    this.lockFile = lockFile;
    this.slots = slots;
  }

  /// Makes the directory and the slots, and answers from then on.
  ///
  /// @param calls answers one call, and may have the plugin that called run others; many at once
  /// @throws IOException if another daemon serves this directory, or it cannot be made; says so
  public static CniServer start(
      SlotFiles files, FifoMaker fifos, BiFunction<byte[], Delegates, PluginReply> calls)
      throws IOException {
    makeDirectory(files.directory());
    FileChannel lockFile = own(files);
    List<SlotServer> slots = new ArrayList<>();
    try {
      for (int number = 0; number < SlotFiles.SLOTS; number++) {
        slots.add(SlotServer.start(files, number, fifos, calls));
      }
      // waits for no one but plugins that look, for a moment, whether we are alive
      FileLock alive = lockFile.lock(SlotFiles.ALIVE_BYTE, 1, false);
      LOG.debug("holding {} of {}", alive, files.daemonLock());
      LOG.info("CNI plugin is served in {}, {} calls at once", files.directory(), SlotFiles.SLOTS);
      return new CniServer(lockFile, List.copyOf(slots));
    } catch (IOException e) {
      slots.forEach(SlotServer::close);
      lockFile.close();
      throw e;
    }
  }

  private static void makeDirectory(Path directory) throws IOException {
    var onlyOwner = PosixFilePermissions.fromString("rwx------");
    Files.createDirectories(directory);
    Files.setPosixFilePermissions(directory, onlyOwner);
  }

  private static FileChannel own(SlotFiles files) throws IOException {
    FileChannel lockFile =
        FileChannel.open(
            files.daemonLock(),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    if (lockFile.tryLock(SlotFiles.OWNER_BYTE, 1, false) == null) {
      lockFile.close();
      throw new IOException(
          "%s is held by another process: is a brindle node daemon running here already?"
              .formatted(files.daemonLock()));
    }
    return lockFile;
  }

  /// Why not every call is answered; the log has said what happened to the slots.
  public List<String> problems() {
    long lost = slots.stream().filter(slot -> !slot.isServed()).count();
    return lost == 0
        ? List.of()
        : List.of(
            "%d of %d slots are out of service, a restart of the daemon brings them back"
                .formatted(lost, slots.size()));
  }

  /// Calls under way are answered first; new ones hear that the daemon is away.
  @Override
  public void close() throws IOException {
    slots.forEach(SlotServer::close);
    lockFile.close();
  }
}
