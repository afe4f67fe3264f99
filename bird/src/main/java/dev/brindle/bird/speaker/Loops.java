// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/// The speaker's own thread, and threads that read and write for it. Every connection begins on the
/// speaker's own, which answers within the same turn: no thread waits for another while a session
/// comes up. One that says or hears much goes to another, so that reading and writing tables leaves
/// the speaker its time for deciding.
@SuppressWarnings("FutureReturnValueIgnored") // a move ends with `then`, or the channel is closed
final class Loops implements AutoCloseable {

  private static final int MAX_THREADS = 4;

  private final EventLoopGroup speaker;
  private final EventLoopGroup io;
  private final EventLoop own;

  Loops(IoHandlerFactory sockets) {
    int threads = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MAX_THREADS);
    speaker =
        new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("speaker", true), sockets);
    io =
        new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory("bgp-io", true), sockets);
    own = speaker.next();
  }

  /// The speaker's.
  EventLoop own() {
    return own;
  }

  /// From now on another thread reads and writes for this channel. To be called on the speaker's
  /// own, of a channel that is there; what was written and not sent yet goes along.
  ///
  /// @param then on the other thread; not if the channel was closed meanwhile
  void giveAway(Channel channel, Runnable then) {
    channel
        .deregister()
        .addListener(
            _ -> {
              if (channel.isOpen()) {
                io.register(channel)
                    .addListener(
                        joined -> {
                          if (joined.isSuccess()) {
                            channel.flush();
                            then.run();
                          } else {
                            channel.close();
                          }
                        });
              }
            });
  }

  /// Loops that shut down close their channels first, and drop what was still to be written.
  @Override
  public void close() {
    io.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    speaker.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
