// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.table.UpdateBatch;
import dev.brindle.bird.table.UpdateReader;
import dev.brindle.bird.wire.Header;
import dev.brindle.bird.wire.Message.Notification;
import dev.brindle.bird.wire.MessageCodec;
import dev.brindle.bird.wire.Octets;
import dev.brindle.bird.wire.PeerTerms;
import dev.brindle.bird.wire.Reading;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Cuts the stream into messages and reads them, UPDATEs into batches. After the first unreadable
/// one it reads no more.
final class FrameReader extends ChannelInboundHandlerAdapter {

  private static final int TYPE_AT = 18;
  private static final int OPEN = 1;
  private static final int UPDATE = 2;
  private static final int NOTIFICATION = 3;
  private static final int LEAST_REST = 256;

  /// Its buffer is larger than what most sessions ever need, so the sessions of a loop share one.
  private static final FastThreadLocal<UpdateReader> UPDATES =
      new FastThreadLocal<>() {
        @Override
        protected UpdateReader initialValue() {
          return new UpdateReader();
        }
      };

  private final BatchPool pool;
  private PeerTerms terms;
  private boolean isOver;
  private long octets;

  /// The beginning of a message whose end has not come yet.
  private @Nullable ByteBuf rest;

  private List<Incoming> read = new ArrayList<>();

  FrameReader(PeerTerms terms, BatchPool pool) {
    this.terms = terms;
    this.pool = pool;
  }

  /// On the channel's loop.
  void setTerms(PeerTerms changed) {
    terms = changed;
  }

  /// What was read since the last time. On the channel's loop.
  List<Incoming> take() {
    List<Incoming> taken = read;
    read = new ArrayList<>();
    return taken;
  }

  /// How many came so far. On the channel's loop.
  long octets() {
    return octets;
  }

  boolean hasRead() {
    return !read.isEmpty();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf in = (ByteBuf) message;
    octets += in.readableBytes();
    ByteBuf cut = rest;
    if (cut != null) {
      rest = null;
      try {
        cut.writeBytes(in);
      } finally {
        in.release();
      }
      in = cut;
    }
    try {
      read(in);
      if (cut != null && in.readerIndex() == 0 && in.isReadable()) {
        rest = in.retain(); // still the beginning of one message: whoever drips costs no copies
      } else if (in.isReadable()) {
        rest = context.alloc().buffer(Math.max(LEAST_REST, in.readableBytes())).writeBytes(in);
      }
    } finally {
      in.release();
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    if (rest != null) {
      rest.release();
      rest = null;
    }
  }

  private void read(ByteBuf in) {
    while (!isOver && in.isReadable()) {
      switch (Header.peek(in)) {
        case Header.Incomplete() -> {
          return; // the rest comes later
        }
        case Header.Bad(var notification, var reason) -> end(notification, reason);
        case Header.Whole(var length) -> one(in.readSlice(length));
      }
    }
    if (isOver) {
      in.skipBytes(in.readableBytes());
    }
  }

  private void one(ByteBuf frame) {
    if (frame.getByte(frame.readerIndex() + TYPE_AT) == UPDATE) {
      if (pool.keepsOctets()) {
        batch().keepOctets(frame);
      }
      Optional<Reading.Refused> refusal = UPDATES.get().read(frame, terms, batch());
      refusal.ifPresent(this::end);
      return;
    }
    int type = frame.getByte(frame.readerIndex() + TYPE_AT);
    if (type == OPEN || type == NOTIFICATION || pool.keepsOctets()) {
      read.add(new Incoming.Heard(Octets.readAll(frame.duplicate())));
    }
    switch (MessageCodec.decode(frame, terms)) {
      case Reading.Refused refused -> end(refused);
      case Reading.Understood understood -> read.add(new Incoming.Other(understood));
    }
  }

  private UpdateBatch batch() {
    if (!read.isEmpty() && read.getLast() instanceof Incoming.Routes(var batch)) {
      return batch;
    }
    UpdateBatch begun = pool.take();
    read.add(new Incoming.Routes(begun));
    return begun;
  }

  private void end(Notification notification, String reason) {
    end(new Reading.Refused(notification, reason));
  }

  private void end(Reading.Refused refused) {
    isOver = true;
    read.add(new Incoming.Other(refused));
  }
}
