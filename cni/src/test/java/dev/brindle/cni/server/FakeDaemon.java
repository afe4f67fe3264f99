// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import dev.brindle.cni.plugin.SlotFiles;
import dev.brindle.cni.plugin.SlotMessage;
import dev.brindle.cni.plugin.SlotMessages;
import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/// A daemon with one slot that answers with whatever bytes a test wants.
final class FakeDaemon implements AutoCloseable {

  static final int MAGIC = 0x42434e31;

  private final RandomAccessFile in;
  private final RandomAccessFile out;

  private FakeDaemon(RandomAccessFile in, RandomAccessFile out) {
    this.in = in;
    this.out = out;
  }

  /// In the place of any that was there.
  static FakeDaemon open(Path directory) throws IOException {
    SlotFiles files = new SlotFiles(directory);
    Files.createDirectories(directory);
    Files.deleteIfExists(files.in(0));
    Files.deleteIfExists(files.out(0));
    CniServerHolder.makeFifo(files.in(0));
    CniServerHolder.makeFifo(files.out(0));
    Files.write(files.lock(0), new byte[0]);
    return new FakeDaemon(
        new RandomAccessFile(files.in(0).toFile(), "rw"),
        new RandomAccessFile(files.out(0).toFile(), "rw"));
  }

  /// Waits for a call.
  SlotMessage call() throws IOException {
    return SlotMessages.read(
        new BufferedInputStream(new FileInputStream(in.getFD())), SlotMessages.MAX_REQUEST);
  }

  void write(byte[] bytes) throws IOException {
    new FileOutputStream(out.getFD()).write(bytes);
  }

  /// One piece, as it stands in the protocol, sound or not.
  static byte[] piece(int magic, long call, int total, int offset, int length, byte[] bytes) {
    return ByteBuffer.allocate(24 + bytes.length)
        .putInt(magic)
        .putLong(call)
        .putInt(total)
        .putInt(offset)
        .putInt(length)
        .put(bytes)
        .array();
  }

  /// Dies, as far as the plugin can see.
  @Override
  public void close() throws IOException {
    in.close();
    out.close();
  }
}
