// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import dev.brindle.felix.agent.Agent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the MTU that felix has chosen for pods in files, where other CNI plugins of the node look
/// for it. On a thread of its own.
final class MtuFile implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(MtuFile.class);

  private final Agent agent;
  private final List<Path> files;
  private final Thread thread;

  private MtuFile(Agent agent, List<Path> files) {
    this.agent = agent;
    this.files = List.copyOf(files);
    this.thread = Thread.ofPlatform().daemon().name("mtu").unstarted(this::run);
  }

  static MtuFile start(Agent agent, List<Path> files) {
    var file = new MtuFile(agent, files);
    file.thread.start();
    return file;
  }

  /// What stands there, by an earlier daemon; empty if nothing that can be used does.
  static OptionalInt read(List<Path> files) {
    for (Path file : files) {
      try {
        String text = Files.isRegularFile(file) ? Files.readString(file).strip() : "";
        if (text.matches("[1-9][0-9]{1,4}")) {
          return OptionalInt.of(Integer.parseInt(text));
        }
      } catch (IOException e) {
        LOG.warn("{} cannot be read: {}", file, e.toString());
      }
    }
    return OptionalInt.empty();
  }

  private void run() {
    int mtu = 0; // not known yet
    try {
      while (true) {
        mtu = agent.awaitOtherMtu(mtu);
        write(mtu);
      }
    } catch (InterruptedException _) {
      LOG.debug("the MTU of pods is not written any more");
    }
  }

  private void write(int mtu) {
    for (Path file : files) {
      try {
        Path whole = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(whole, mtu + "\n");
        Files.move(
            whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException e) {
        LOG.warn("{} cannot be written, plugins that read it go without: {}", file, e.toString());
      }
    }
    LOG.info("pods have MTU {}", mtu);
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
