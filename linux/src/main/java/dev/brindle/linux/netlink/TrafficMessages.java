// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.netlink;

import dev.brindle.linux.model.PacketFilter;
import dev.brindle.linux.model.Qdisc;
import dev.brindle.linux.model.Qdisc.Place;
import dev.brindle.linux.model.TokenBucket;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;

/// RTM_NEWQDISC, RTM_NEWTFILTER and what belongs to them (pkt_sched.h, pkt_cls.h).
public final class TrafficMessages {

  private static final int NEW_QDISC = 36;
  private static final int DELETE_QDISC = 37;
  private static final int GET_QDISC = 38;
  private static final int NEW_FILTER = 44;
  private static final int DELETE_FILTER = 45;
  private static final int GET_FILTER = 46;

  /// `struct tcmsg`.
  private static final int FIXED = 20;

  private static final int ROOT = 0xffff_ffff;
  private static final int INGRESS = 0xffff_fff1;
  private static final int INGRESS_HANDLE = 0xffff_0000;
  private static final int WAY_IN = 0xffff_fff2;

  private static final int KIND = 1;
  private static final int OPTIONS = 2;

  private static final int TBF_PARAMETERS = 1;
  private static final int TBF_RATE = 4;
  private static final int TBF_PEAK_RATE = 5;
  private static final int TBF_BURST = 6;
  private static final int TBF_PEAK_BURST = 7;
  private static final int ETHERNET = 1;
  private static final int RATE_AT = 8;
  private static final int PEAK_RATE_AT = 20;
  private static final int QUEUE_AT = 24;
  private static final int BURST_TIME_AT = 28;
  private static final int PEAK_BURST_TIME_AT = 32;
  private static final long MAX_RATE = 0xffff_ffffL;

  /// ETH_P_ALL in network order, in the lower half of `tcm_info`.
  private static final int ANY_PROTOCOL = Short.toUnsignedInt(Short.reverseBytes((short) 3));

  private static final int U32_SELECTOR = 5;
  private static final int U32_ACTIONS = 7;
  private static final int MATCHALL_ACTIONS = 2;
  private static final int U32_TERMINAL = 1;
  private static final int ACTION_KIND = 1;
  private static final int ACTION_OPTIONS = 2;
  private static final int MIRRED_PARAMETERS = 2;
  private static final int MIRRED_ACTION_AT = 20;
  private static final int MIRRED_TARGET_AT = 24;
  private static final int STOLEN = 4;
  private static final int REDIRECT_OUT = 1;
  private static final int MOST_ACTIONS = 32;

  private TrafficMessages() {}

  public static void listQdiscs(MessageWriter out) {
    header(out, GET_QDISC, MessageFlag.DUMP, 0, 0, 0, 0).end();
  }

  public static Optional<Qdisc> qdisc(NetlinkMessage message) {
    if (message.type() != NEW_QDISC) {
      return Optional.empty();
    }
    ByteBuffer body = message.body();
    Attributes attributes = Attributes.of(body, FIXED);
    String kind = attributes.text(KIND).orElse("");
    Optional<TokenBucket.Kept> bucket =
        kind.equals("tbf") ? bucket(attributes.nested(OPTIONS)) : Optional.empty();
    return Optional.of(
        new Qdisc(body.getInt(4), body.getInt(8), place(body.getInt(12)), kind, bucket));
  }

  private static Place place(int parent) {
    return switch (parent) {
      case ROOT -> Place.ROOT;
      case INGRESS -> Place.INGRESS;
      default -> Place.INSIDE;
    };
  }

  /// A rate that fits 32 bits has no attribute of its own.
  private static Optional<TokenBucket.Kept> bucket(Attributes options) {
    return options
        .get(TBF_PARAMETERS)
        .map(
            basic ->
                new TokenBucket.Kept(
                    rate(options, TBF_RATE, basic, RATE_AT),
                    rate(options, TBF_PEAK_RATE, basic, PEAK_RATE_AT),
                    Integer.toUnsignedLong(basic.getInt(QUEUE_AT)),
                    basic.getInt(BURST_TIME_AT),
                    basic.getInt(PEAK_BURST_TIME_AT)));
  }

  private static long rate(Attributes options, int type, ByteBuffer basic, int at) {
    return options
        .get(type)
        .map(value -> value.getLong(0))
        .orElseGet(() -> Integer.toUnsignedLong(basic.getInt(at)));
  }

  public static void addBucket(MessageWriter out, int link, int handle, TokenBucket bucket) {
    bucket(out, MessageFlag.CREATE | MessageFlag.EXCLUSIVE, link, handle, bucket);
  }

  public static void changeBucket(MessageWriter out, int link, int handle, TokenBucket bucket) {
    bucket(out, 0, link, handle, bucket);
  }

  private static void bucket(
      MessageWriter out, int flags, int link, int handle, TokenBucket bucket) {
    header(out, NEW_QDISC, flags, link, handle, ROOT, 0).text(KIND, "tbf").open(OPTIONS);
    out.bytes(TBF_PARAMETERS, basic(bucket));
    out.attribute64(TBF_RATE, bucket.rate()).attribute32(TBF_BURST, (int) bucket.burst());
    if (bucket.peakRate() != 0) {
      out.attribute64(TBF_PEAK_RATE, bucket.peakRate())
          .attribute32(TBF_PEAK_BURST, (int) bucket.peakBurst());
    }
    out.close().end();
  }

  /// `struct tc_tbf_qopt`: two `struct tc_ratespec`, the queue, and bursts as times, which do not
  /// count beside those as bytes.
  private static byte[] basic(TokenBucket bucket) {
    var out = new MessageWriter();
    out.u8(0).u8(ETHERNET).zeros(6).u32((int) Math.min(bucket.rate(), MAX_RATE));
    out.u8(0).u8(bucket.peakRate() == 0 ? 0 : ETHERNET).zeros(6);
    out.u32((int) Math.min(bucket.peakRate(), MAX_RATE));
    out.u32((int) bucket.queue()).u32(0).u32(0);
    return Attributes.toBytes(out.bytes());
  }

  public static void removeBucket(MessageWriter out, int link, int handle) {
    header(out, DELETE_QDISC, 0, link, handle, ROOT, 0).end();
  }

  public static void addIngress(MessageWriter out, int link) {
    header(
            out,
            NEW_QDISC,
            MessageFlag.CREATE | MessageFlag.EXCLUSIVE,
            link,
            INGRESS_HANDLE,
            INGRESS,
            0)
        .text(KIND, "ingress")
        .end();
  }

  public static void removeIngress(MessageWriter out, int link) {
    header(out, DELETE_QDISC, 0, link, INGRESS_HANDLE, INGRESS, 0).end();
  }

  public static void listFilters(MessageWriter out, int link) {
    header(out, GET_FILTER, MessageFlag.DUMP, link, 0, WAY_IN, 0).end();
  }

  /// One filter of perhaps several of its priority.
  public static Optional<PacketFilter> filter(NetlinkMessage message) {
    if (message.type() != NEW_FILTER) {
      return Optional.empty();
    }
    ByteBuffer body = message.body();
    Attributes attributes = Attributes.of(body, FIXED);
    String kind = attributes.text(KIND).orElse("");
    Attributes options = attributes.nested(OPTIONS);
    OptionalInt target =
        switch (kind) {
          case "u32" -> redirect(options.nested(U32_ACTIONS));
          case "matchall" -> redirect(options.nested(MATCHALL_ACTIONS));
          default -> OptionalInt.empty();
        };
    return Optional.of(new PacketFilter(body.getInt(16) >>> Short.SIZE, kind, target));
  }

  private static OptionalInt redirect(Attributes actions) {
    for (int order = 1; order <= MOST_ACTIONS; order++) {
      Attributes action = actions.nested(order);
      Optional<ByteBuffer> mirred =
          action
              .text(ACTION_KIND)
              .filter("mirred"::equals)
              .flatMap(_ -> action.nested(ACTION_OPTIONS).get(MIRRED_PARAMETERS))
              .filter(parameters -> parameters.getInt(MIRRED_ACTION_AT) == REDIRECT_OUT);
      if (mirred.isPresent()) {
        return OptionalInt.of(mirred.get().getInt(MIRRED_TARGET_AT));
      }
    }
    return OptionalInt.empty();
  }

  /// `u32` and not `matchall`, which older kernels and small ones lack: no bit is compared.
  public static void redirect(MessageWriter out, int link, int priority, int target) {
    int flags = MessageFlag.CREATE | MessageFlag.EXCLUSIVE;
    int where = priority << Short.SIZE | ANY_PROTOCOL;
    header(out, NEW_FILTER, flags, link, 0, WAY_IN, where).text(KIND, "u32").open(OPTIONS);
    out.bytes(U32_SELECTOR, matchingAll());
    out.open(U32_ACTIONS).open(1).text(ACTION_KIND, "mirred").open(ACTION_OPTIONS);
    out.bytes(MIRRED_PARAMETERS, redirecting(target));
    out.close().close().close().close().end();
  }

  /// `struct tc_u32_sel` with one key.
  private static byte[] matchingAll() {
    var out = new MessageWriter();
    out.u8(U32_TERMINAL).u8(0).u8(1).zeros(13).zeros(16);
    return Attributes.toBytes(out.bytes());
  }

  /// `struct tc_mirred`.
  private static byte[] redirecting(int target) {
    var out = new MessageWriter();
    out.u32(0).u32(0).u32(STOLEN).u32(0).u32(0).u32(REDIRECT_OUT).u32(target);
    return Attributes.toBytes(out.bytes());
  }

  public static void removeFilters(MessageWriter out, int link, int priority) {
    header(out, DELETE_FILTER, 0, link, 0, WAY_IN, priority << Short.SIZE).end();
  }

  private static MessageWriter header(
      MessageWriter out, int type, int flags, int link, int handle, int parent, int info) {
    return out.begin(type, flags).u32(0).u32(link).u32(handle).u32(parent).u32(info);
  }
}
