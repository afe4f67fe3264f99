// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.libc;

import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.netlink.Acknowledgement;
import dev.brindle.linux.netlink.MessageFlag;
import dev.brindle.linux.netlink.MessageWriter;
import dev.brindle.linux.netlink.NetlinkMessage;
import dev.brindle.linux.netlink.Refusal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// A netlink socket: requests, dumps and news. One thread's at a time.
public final class NetlinkSocket implements AutoCloseable {

  private static final int AF_NETLINK = 16;
  private static final int RAW_CLOSE_ON_EXEC = 3 | 0x8_0000;
  private static final int SOL_SOCKET = 1;
  private static final int SO_SNDBUF = 7;
  private static final int SO_RCVBUF = 8;
  private static final int SO_RCVTIMEO = 20;
  private static final int SO_SNDBUFFORCE = 32;
  private static final int SO_RCVBUFFORCE = 33;
  private static final int SOL_NETLINK = 270;
  private static final int CAP_ACK = 10;
  private static final int EXT_ACK = 11;
  private static final int STRICT_CHECK = 12;

  private static final int ANSWER_SECONDS = 10;

  /// The kernel never makes dump messages of more than 32 KiB.
  private static final int LONGEST_MESSAGE = 128 << 10;

  private static final int DUMP_ATTEMPTS = 10;

  private static final int LOAD_WORD = 0x20;
  private static final int JUMP_IF_EQUAL = 0x15;
  private static final int RETURN = 0x06;

  /// `nlmsg_pid` in the header.
  private static final int PORT_OFFSET = 12;

  private final Libc libc;
  private final int fd;
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(LONGEST_MESSAGE).order(ByteOrder.nativeOrder());
  private final byte[] sender = new byte[12];
  private final int sendCapacity;
  private final int answerCapacity;
  private int nextSequence = 1;

  private NetlinkSocket(Libc libc, int fd) {
    this.libc = libc;
    this.fd = fd;
    sendCapacity = libc.option(fd, SOL_SOCKET, SO_SNDBUF) - 32;
    answerCapacity = libc.option(fd, SOL_SOCKET, SO_RCVBUF) / 1024;
  }

  /// Which part of the kernel answers (`NETLINK_...` of netlink.h).
  public enum Family {
    ROUTE(0),
    NETFILTER(12);

    private final int number;

    Family(int number) {
      this.number = number;
    }
  }

  /// Sizes of buffers that are asked for.
  ///
  /// @param mayForce beyond the system's limit, which needs CAP_NET_ADMIN over the whole machine
  public record Buffers(int send, int receive, boolean mayForce) {

    public static final Buffers LARGEST = new Buffers(128 << 20, 16 << 20, true);
  }

  /// Opens a socket in the calling thread's namespace.
  public static NetlinkSocket open(Libc libc, Family family) {
    return open(libc, family, Buffers.LARGEST);
  }

  /// The same with buffers of a chosen size.
  public static NetlinkSocket open(Libc libc, Family family, Buffers buffers) {
    return open(libc, family, buffers, ANSWER_SECONDS, 0);
  }

  /// Opens a socket that hears the news of some groups, and waits for them without end.
  ///
  /// @param groups a bit for each (`RTMGRP_...` of rtnetlink.h)
  public static NetlinkSocket listen(Libc libc, Family family, int groups, Buffers buffers) {
    return open(libc, family, buffers, 0, groups);
  }

  private static NetlinkSocket open(
      Libc libc, Family family, Buffers buffers, int seconds, int groups) {
    int fd = libc.socket(AF_NETLINK, RAW_CLOSE_ON_EXEC, family.number);
    try {
      resize(libc, fd, buffers.mayForce(), SO_SNDBUFFORCE, SO_SNDBUF, buffers.send());
      resize(libc, fd, buffers.mayForce(), SO_RCVBUFFORCE, SO_RCVBUF, buffers.receive());
      libc.setOption(fd, SOL_NETLINK, CAP_ACK, number(1));
      libc.setOption(fd, SOL_NETLINK, EXT_ACK, number(1));
      if (family == Family.ROUTE) {
        libc.setOption(fd, SOL_NETLINK, STRICT_CHECK, number(1));
      }
      libc.setOption(fd, SOL_SOCKET, SO_RCVTIMEO, time(seconds));
      libc.bind(fd, address(groups));
      return new NetlinkSocket(libc, fd);
    } catch (KernelException e) {
      libc.close(fd);
      throw e;
    }
  }

  private static void resize(Libc libc, int fd, boolean mayForce, int force, int polite, int size) {
    if (!mayForce) {
      libc.setOption(fd, SOL_SOCKET, polite, number(size));
      return;
    }
    try {
      libc.setOption(fd, SOL_SOCKET, force, number(size));
    } catch (KernelException e) {
      if (!e.errno().equals(Errno.EPERM)) {
        throw e;
      }
      libc.setOption(fd, SOL_SOCKET, polite, number(size));
    }
  }

  private static byte[] number(int value) {
    return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder()).putInt(value).array();
  }

  private static byte[] time(int seconds) {
    return ByteBuffer.allocate(16).order(ByteOrder.nativeOrder()).putLong(seconds).array();
  }

  private static byte[] address(int groups) {
    return ByteBuffer.allocate(12)
        .order(ByteOrder.nativeOrder())
        .putShort((short) AF_NETLINK)
        .putInt(8, groups)
        .array();
  }

  /// How many bytes one send can carry.
  public int sendCapacity() {
    return sendCapacity;
  }

  /// How many refusals surely fit the receive buffer, each counted with its share of overhead.
  public int answerCapacity() {
    return answerCapacity;
  }

  /// Sends all messages at once and waits until the last is acknowledged.
  ///
  /// @return what was refused, in the order the kernel said so
  /// @throws KernelException ENOBUFS if answers were lost: what happened is unknown
  public List<Refusal> run(MessageWriter messages) {
    return send(messages, messages.count() - 1, false);
  }

  /// Sends a batch that begins and ends with a message of its own and counts as one. Its first
  /// message is also what a refusal of the whole names.
  public List<Refusal> transact(MessageWriter messages) {
    return send(messages, messages.count() - 2, true);
  }

  private List<Refusal> send(MessageWriter messages, int last, boolean firstStandsForAll) {
    checkFits(messages);
    messages.addFlags(last, MessageFlag.ACK);
    int first = stamp(messages);
    libc.send(fd, messages.bytes());
    var refusals = new ArrayList<Refusal>();
    boolean[] done = {false};
    while (!done[0]) {
      forEachReceived(
          message -> {
            int index = message.sequence() - first;
            if (done[0] || index < 0 || index > last || !message.isAcknowledgement()) {
              return; // left over from a request that was given up
            }
            Acknowledgement answer = Acknowledgement.of(message);
            if (!answer.isSuccess()) {
              refusals.add(new Refusal(index, answer.errno(), answer.detail()));
            }
            done[0] = index == last || (firstStandsForAll && index == 0 && !answer.isSuccess());
          });
    }
    return refusals;
  }

  private void checkFits(MessageWriter messages) {
    if (messages.size() > sendCapacity) {
      throw new KernelException(
          "send %d netlink messages".formatted(messages.count()),
          Errno.EMSGSIZE,
          "%d bytes; the socket takes %d: raise net.core.wmem_max or run with CAP_NET_ADMIN"
              .formatted(messages.size(), sendCapacity));
    }
  }

  /// Sends one message, the request for a list, and hands over each part of the answer. If the
  /// list changed meanwhile it is asked for again, so `restart` must forget what came.
  public void dump(MessageWriter request, Runnable restart, Consumer<NetlinkMessage> parts) {
    for (int attempt = 1; attempt <= DUMP_ATTEMPTS; attempt++) {
      restart.run();
      if (dumpOnce(request, parts)) {
        return;
      }
    }
    throw new KernelException(
        "list", Errno.EINTR, "changed during each of %d attempts".formatted(DUMP_ATTEMPTS));
  }

  private boolean dumpOnce(MessageWriter request, Consumer<NetlinkMessage> parts) {
    int sequence = stamp(request);
    libc.send(fd, request.bytes());
    boolean[] done = {false};
    boolean[] consistent = {true};
    while (!done[0]) {
      forEachReceived(
          message -> {
            if (message.sequence() != sequence || done[0]) {
              return;
            }
            consistent[0] &= !message.has(MessageFlag.DUMP_INTERRUPTED);
            if (message.isAcknowledgement()) {
              throw Acknowledgement.of(message).asException("list");
            } else if (message.isDone()) {
              message.checkDone("list");
              done[0] = true;
            } else {
              parts.accept(message);
            }
          });
    }
    return consistent[0];
  }

  /// Sends the request for a list that is then received part by part. Nothing else may be asked on
  /// this socket before its end.
  ///
  /// @return what `receivePart` needs
  public int beginDump(MessageWriter request) {
    int sequence = stamp(request);
    libc.send(fd, request.bytes());
    return sequence;
  }

  /// Hands over what one receive brings of a list.
  ///
  /// @return false if the list is complete
  public boolean receivePart(int sequence, Consumer<NetlinkMessage> parts) {
    boolean[] more = {true};
    forEachReceived(
        message -> {
          if (message.sequence() != sequence || !more[0]) {
            return; // left over from a list that was given up
          }
          if (message.isAcknowledgement()) {
            throw Acknowledgement.of(message).asException("list");
          } else if (message.isDone()) {
            message.checkDone("list");
            more[0] = false;
          } else {
            parts.accept(message);
          }
        });
    return more[0];
  }

  /// The number by which the kernel knows this socket: news of what it caused carry it.
  public int port() {
    var address = new byte[12];
    libc.ownAddress(fd, address);
    return ByteBuffer.wrap(address).order(ByteOrder.nativeOrder()).getInt(4);
  }

  /// Lets the kernel drop messages about what another socket caused.
  public void ignore(int port) {
    ByteBuffer program = ByteBuffer.allocateDirect(32).order(ByteOrder.nativeOrder());
    instruction(program, LOAD_WORD, 0, 0, PORT_OFFSET);
    // loads are in network order
    boolean isLittle = ByteOrder.nativeOrder().equals(ByteOrder.LITTLE_ENDIAN);
    int loaded = isLittle ? Integer.reverseBytes(port) : port;
    instruction(program, JUMP_IF_EQUAL, 0, 1, loaded);
    instruction(program, RETURN, 0, 0, 0);
    instruction(program, RETURN, 0, 0, -1);
    libc.filter(fd, program.flip());
  }

  /// `struct sock_filter`.
  private static void instruction(ByteBuffer out, int code, int then, int otherwise, int value) {
    out.putShort((short) code).put((byte) then).put((byte) otherwise).putInt(value);
  }

  /// Sends one question that has one answer.
  ///
  /// @param absent errors that mean "there is none"
  /// @throws KernelException for other errors
  public Optional<NetlinkMessage> ask(MessageWriter question, String what, Set<Errno> absent) {
    int sequence = stamp(question);
    libc.send(fd, question.bytes());
    var answers = new ArrayList<NetlinkMessage>();
    while (answers.isEmpty()) {
      forEachReceived(
          message -> {
            if (message.sequence() == sequence) {
              answers.add(message);
            }
          });
    }
    NetlinkMessage answer = answers.getFirst();
    if (!answer.isAcknowledgement()) {
      return Optional.of(answer);
    }
    Acknowledgement refusal = Acknowledgement.of(answer);
    if (absent.contains(refusal.errno())) {
      return Optional.empty();
    }
    throw refusal.asException(what);
  }

  /// Waits until there is news.
  ///
  /// @param stop an event counter
  /// @return false if `stop` was counted up
  public boolean awaitNews(int stop) {
    return !libc.awaitEither(stop, fd);
  }

  /// Hands over news that have arrived. After a loss the kernel drops all news until what it kept
  /// has been read, and says nothing of these: so that is read before the loss is told.
  ///
  /// @throws KernelException ENOBUFS if some were lost
  public void receiveNews(Consumer<NetlinkMessage> news) {
    try {
      forEachReceived(news);
    } catch (KernelException e) {
      if (e.errno().equals(Errno.ENOBUFS)) {
        readOut(news);
      }
      throw e;
    }
  }

  private void readOut(Consumer<NetlinkMessage> news) {
    while (libc.isReadable(fd)) {
      try {
        forEachReceived(news);
      } catch (KernelException e) {
        if (!e.errno().equals(Errno.ENOBUFS)) {
          throw e;
        }
      }
    }
  }

  private void forEachReceived(Consumer<NetlinkMessage> messages) {
    int length = receive();
    boolean isFromKernel = ByteBuffer.wrap(sender).getInt(4) == 0;
    if (isFromKernel) {
      NetlinkMessage.forEach(buffer.slice(0, length).order(ByteOrder.nativeOrder()), messages);
    }
  }

  private int receive() {
    try {
      int length = libc.receive(fd, buffer, sender);
      if (length > buffer.capacity()) {
        throw new KernelException(
            "receive", Errno.EMSGSIZE, "a message of %d bytes".formatted(length));
      }
      return length;
    } catch (KernelException e) {
      if (e.errno().equals(Errno.EAGAIN)) {
        throw new KernelException("wait for the kernel's answer", Errno.ETIMEDOUT);
      }
      throw e;
    }
  }

  private int stamp(MessageWriter messages) {
    int first = nextSequence;
    messages.stamp(first);
    nextSequence += messages.count();
    if (nextSequence < 0) {
      nextSequence = 1;
    }
    return first;
  }

  @Override
  public void close() {
    libc.close(fd);
  }
}
