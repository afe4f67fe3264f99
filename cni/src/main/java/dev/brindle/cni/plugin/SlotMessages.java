// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.plugin;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StreamCorruptedException;
import java.nio.ByteBuffer;

/// Messages on a FIFO, in pieces. Each piece is one write of at most 4096 bytes, which the kernel
/// never tears or mixes with another (PIPE_BUF, pipe(7)), so a reader is always at the start of a
/// piece, whoever died in the middle of what.
///
/// ```
/// +------------+-----------+------------------+-------------+----------+-----------+
/// | magic, u32 | call, u64 | message len, u32 | offset, u32 | len, u32 | len bytes |
/// +------------+-----------+------------------+-------------+----------+-----------+
/// ```
///
/// Numbers are in network order. `call` tells the calls on one slot apart: later ones have another.
public final class SlotMessages {

  /// A longer request is refused.
  public static final int MAX_REQUEST = 1 << 20;

  /// Half of what a pipe holds, so that an answer nobody reads does not stop the writer.
  public static final int MAX_REPLY = 1 << 15;

  /// `BCN1`.
  private static final int MAGIC = 0x42434e31;

  private static final int HEADER = 24;
  private static final int MAX_CONTENT = 4096 - HEADER;
  private static final String NO_PIECE = "these bytes are no piece of a message";

  private SlotMessages() {}

  /// Writes the whole message.
  ///
  /// @param out not buffered: each call of `write` must be one system call
  public static void write(OutputStream out, long call, byte[] message) throws IOException {
    int offset = 0;
    do {
      int length = Math.min(MAX_CONTENT, message.length - offset);
      out.write(
          ByteBuffer.allocate(HEADER + length)
              .putInt(MAGIC)
              .putLong(call)
              .putInt(message.length)
              .putInt(offset)
              .putInt(length)
              .put(message, offset, length)
              .array());
      offset += length;
    } while (offset < message.length);
  }

  /// Waits for the next whole message, of any call. Pieces of messages that never became whole, and
  /// those of a message that was too long, are passed over.
  ///
  /// @param in supports marks
  /// @param maxBytes a longer message comes back without its content, at its first piece
  /// @throws StreamCorruptedException if the next bytes are no piece; one of them is passed over,
  ///     so whoever reads on comes to the next piece, however little is before it
  public static SlotMessage read(InputStream in, int maxBytes) throws IOException {
    Assembly assembly = new Assembly();
    var data = new DataInputStream(in);
    while (true) {
      in.mark(HEADER);
      Piece piece;
      try {
        piece = piece(data);
      } catch (StreamCorruptedException e) {
        in.reset();
        in.skipNBytes(1);
        throw e;
      }
      if (piece.messageLength > maxBytes) {
        if (piece.offset == 0) {
          return SlotMessage.tooLong(piece.call);
        }
      } else if (assembly.takes(piece)) {
        return assembly.message();
      }
    }
  }

  /// Waits for the whole answer to one call and passes over pieces of others.
  ///
  /// @throws IOException if one of its pieces is missing, or it is empty or too long
  public static byte[] readReply(InputStream in, long call) throws IOException {
    Assembly assembly = new Assembly();
    var data = new DataInputStream(in);
    while (true) {
      Piece piece = piece(data);
      if (piece.call == call) {
        if (piece.messageLength == 0 || piece.messageLength > MAX_REPLY) {
          throw new IOException("the answer is empty or longer than a slot can hold");
        }
        if (assembly.takes(piece)) {
          return assembly.message().content();
        }
        if (!assembly.isOpen) {
          throw new IOException("a piece of the answer is missing");
        }
      }
    }
  }

  private static Piece piece(DataInputStream data) throws IOException {
    byte[] bytes = new byte[HEADER];
    data.readFully(bytes);
    ByteBuffer header = ByteBuffer.wrap(bytes);
    int magic = header.getInt();
    long call = header.getLong();
    int messageLength = header.getInt();
    int offset = header.getInt();
    int length = header.getInt();
    boolean isPiece = magic == MAGIC && length >= 0 && length <= MAX_CONTENT;
    if (!isPiece || messageLength < 0 || offset < 0 || messageLength - length < offset) {
      throw new StreamCorruptedException(NO_PIECE);
    }
    byte[] content = new byte[length];
    data.readFully(content);
    return new Piece(call, messageLength, offset, content);
  }

  private record Piece(
      long call,
      int messageLength,
      int offset,
      @SuppressWarnings("ArrayRecordComponent") byte[] content) {}

  /// The message that is becoming whole.
  private static final class Assembly {

    private long call;
    private ByteBuffer content = ByteBuffer.allocate(0);
    private boolean isOpen;

    /// @return whether the message is whole with this piece
    boolean takes(Piece piece) {
      if (piece.offset == 0) {
        call = piece.call;
        content = ByteBuffer.allocate(piece.messageLength);
        isOpen = true;
      }
      boolean isNext =
          isOpen
              && piece.call == call
              && piece.offset == content.position()
              && piece.messageLength == content.capacity();
      if (!isNext) {
        isOpen = false;
        return false;
      }
      content.put(piece.content);
      return !content.hasRemaining();
    }

    SlotMessage message() {
      isOpen = false;
      return SlotMessage.of(call, content.array());
    }
  }
}
