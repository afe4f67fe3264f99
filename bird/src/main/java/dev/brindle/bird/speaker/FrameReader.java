// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.wire.Header;
import dev.brindle.bird.wire.MessageCodec;
import dev.brindle.bird.wire.PeerTerms;
import dev.brindle.bird.wire.Reading;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/// Cuts the stream into messages and reads them. After the first unreadable one it reads no more.
final class FrameReader extends ByteToMessageDecoder {

  private PeerTerms terms;
  private boolean isOver;

  FrameReader(PeerTerms terms) {
    this.terms = terms;
  }

  /// On the channel's loop.
  void setTerms(PeerTerms changed) {
    terms = changed;
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    if (isOver) {
      in.skipBytes(in.readableBytes());
      return;
    }
    switch (Header.peek(in)) {
      case Header.Incomplete() -> {
        // the rest comes later
      }
      case Header.Bad(var notification, var reason) -> {
        isOver = true;
        out.add(new Reading.Refused(notification, reason));
      }
      case Header.Whole(var length) -> {
        Reading reading = MessageCodec.decode(in.readSlice(length), terms);
        isOver = reading instanceof Reading.Refused;
        out.add(reading);
      }
    }
  }
}
