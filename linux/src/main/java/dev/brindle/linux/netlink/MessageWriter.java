// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/// Writes netlink messages one after the other. Numbers are in native order, except where a name
/// says `BigEndian`. Sequence numbers are given just before sending.
public final class MessageWriter {

  private static final int NESTED = 0x8000;
  private static final int LONGEST_ATTRIBUTE = 0xffff;

  private ByteBuffer buffer = ByteBuffer.allocate(1024).order(ByteOrder.nativeOrder());
  private final Deque<Integer> nests = new ArrayDeque<>();
  private int[] starts = new int[8];
  private int count;

  /// Forgets what was written and keeps the room.
  public void clear() {
    buffer.clear();
    nests.clear();
    count = 0;
  }

  /// Begins a message; `MessageFlag.REQUEST` is always among its flags.
  public MessageWriter begin(int type, int flags) {
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, 2 * count);
    }
    starts[count++] = buffer.position();
    return u32(0).u16(type).u16(flags | MessageFlag.REQUEST).u32(0).u32(0);
  }

  public void end() {
    if (!nests.isEmpty()) {
      throw new IllegalStateException("an attribute is still open");
    }
    int start = starts[count - 1];
    buffer.putInt(start, buffer.position() - start);
  }

  public MessageWriter u8(int value) {
    room(1).put((byte) value);
    return this;
  }

  public MessageWriter u16(int value) {
    room(Short.BYTES).putShort((short) value);
    return this;
  }

  public MessageWriter u32(int value) {
    room(Integer.BYTES).putInt(value);
    return this;
  }

  public MessageWriter zeros(int length) {
    return raw(new byte[length]);
  }

  private MessageWriter raw(byte[] bytes) {
    room(bytes.length).put(bytes);
    return this;
  }

  /// Writes what another writer holds, as it is.
  MessageWriter append(MessageWriter other) {
    return raw(Attributes.toBytes(other.bytes()));
  }

  public MessageWriter bytes(int type, byte[] value) {
    int length = value.length + 4;
    if (length > LONGEST_ATTRIBUTE) {
      throw new IllegalStateException("attribute of %d bytes".formatted(length));
    }
    u16(length).u16(type).raw(value);
    int padding = Attributes.align(length) - length;
    return padding == 0 ? this : zeros(padding);
  }

  public MessageWriter attribute8(int type, int value) {
    return bytes(type, new byte[] {(byte) value});
  }

  public MessageWriter attribute32(int type, int value) {
    return u16(8).u16(type).u32(value);
  }

  public MessageWriter attribute64(int type, long value) {
    return bytes(
        type,
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder()).putLong(value).array());
  }

  public MessageWriter bigEndian16(int type, int value) {
    return bytes(type, new byte[] {(byte) (value >>> 8), (byte) value});
  }

  public MessageWriter bigEndian32(int type, int value) {
    u16(8).u16(type);
    room(Integer.BYTES).order(ByteOrder.BIG_ENDIAN).putInt(value);
    room(0).order(ByteOrder.nativeOrder());
    return this;
  }

  public MessageWriter bigEndian64(int type, long value) {
    return bytes(type, ByteBuffer.allocate(Long.BYTES).putLong(value).array());
  }

  public MessageWriter text(int type, String value) {
    byte[] text = value.getBytes(StandardCharsets.UTF_8);
    return bytes(type, Arrays.copyOf(text, text.length + 1));
  }

  /// Begins an attribute that holds attributes.
  public MessageWriter open(int type) {
    nests.push(buffer.position());
    return u16(0).u16(type | NESTED);
  }

  public MessageWriter close() {
    int start = nests.pop();
    int length = buffer.position() - start;
    if (length > LONGEST_ATTRIBUTE) {
      throw new IllegalStateException("attribute of %d bytes".formatted(length));
    }
    buffer.putShort(start, (short) length);
    return this;
  }

  /// A copy of one message.
  public MessageWriter only(int index) {
    int end = index + 1 < count ? starts[index + 1] : buffer.position();
    var copy = new MessageWriter();
    copy.starts[copy.count++] = 0;
    var message = new byte[end - starts[index]];
    buffer.get(starts[index], message);
    return copy.raw(message);
  }

  /// How many bytes there are already.
  public int size() {
    return buffer.position();
  }

  /// How many messages there are already.
  public int count() {
    return count;
  }

  /// What was written; a view.
  public ByteBuffer bytes() {
    return buffer.duplicate().order(ByteOrder.nativeOrder()).flip();
  }

  public void addFlags(int index, int flags) {
    int at = starts[index] + 6;
    buffer.putShort(at, (short) (buffer.getShort(at) | flags));
  }

  /// Numbers the messages, beginning with `first`.
  public void stamp(int first) {
    for (int i = 0; i < count; i++) {
      buffer.putInt(starts[i] + 8, first + i);
    }
  }

  private ByteBuffer room(int length) {
    if (buffer.remaining() < length) {
      int capacity = Math.max(2 * buffer.capacity(), buffer.position() + length);
      buffer = ByteBuffer.allocate(capacity).order(ByteOrder.nativeOrder()).put(buffer.flip());
    }
    return buffer;
  }
}
