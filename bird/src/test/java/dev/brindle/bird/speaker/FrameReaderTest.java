// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.bird.wire.PeerKind;
import dev.brindle.bird.wire.PeerTerms;
import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledHeapByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameReaderTest {

  /// Counts the buffers that are asked for.
  private static final class CountingAllocator extends AbstractByteBufAllocator {

    private int buffers;

    CountingAllocator() {
      super(false);
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
      buffers++;
      return new UnpooledHeapByteBuf(this, initialCapacity, maxCapacity);
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
      return newHeapBuffer(initialCapacity, maxCapacity);
    }

    @Override
    public boolean isDirectBufferPooled() {
      return false;
    }
  }

  private final FrameReader reader =
      new FrameReader(PeerTerms.beforeOpen(PeerKind.EXTERNAL), new BatchPool());
  private final CountingAllocator allocator = new CountingAllocator();
  private final EmbeddedChannel channel = new EmbeddedChannel(reader);

  /// A NOTIFICATION of that length, marker and all.
  private static byte[] message(int length) {
    ByteBuf out = Unpooled.buffer();
    out.writeLong(-1).writeLong(-1).writeShort(length).writeByte(3);
    out.writeByte(6).writeByte(4).writeZero(length - 21);
    byte[] message = new byte[out.readableBytes()];
    out.readBytes(message);
    return message;
  }

  private void hear(byte[] octets, int from, int to) {
    channel.writeInbound(Unpooled.copiedBuffer(octets, from, to - from));
  }

  /// Whoever drips makes us copy nothing: a message of 64 KB in as many pieces would be 2 GB.
  @Test
  void aMessageThatDripsIsInOneBuffer() {
    channel.config().setAllocator(allocator);
    byte[] message = message(10_000);

    for (int i = 0; i < message.length; i++) {
      hear(message, i, i + 1);
    }

    assertThat(reader.take()).hasSize(2); // its octets, for who watches, and what it says
    assertThat(allocator.buffers).isOne();
  }

  @ParameterizedTest(name = "pieces of {0} octets")
  @ValueSource(ints = {1, 2, 18, 19, 20, 21, 100, 4_095, 4_096, 4_097, 10_000})
  void anyPiecesGiveTheSameMessages(int piece) {
    ByteBuf all = Unpooled.buffer();
    for (int length : new int[] {21, 22, 4_096, 21, 1_000, 10_000, 21}) {
      all.writeBytes(message(length));
    }
    byte[] octets = new byte[all.readableBytes()];
    all.readBytes(octets);

    for (int at = 0; at < octets.length; at += piece) {
      hear(octets, at, Math.min(octets.length, at + piece));
    }

    List<Incoming> read = reader.take();
    assertThat(read).hasSize(14);
    channel.finishAndReleaseAll();
  }
}
