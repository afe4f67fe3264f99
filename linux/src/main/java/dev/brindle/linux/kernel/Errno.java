// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.kernel;

import java.util.Map;

/// An error number of errno(3).
public record Errno(int number) {

  public static final Errno EPERM = new Errno(1);
  public static final Errno ENOENT = new Errno(2);
  public static final Errno ESRCH = new Errno(3);
  public static final Errno EINTR = new Errno(4);
  public static final Errno ENXIO = new Errno(6);
  public static final Errno EBADF = new Errno(9);
  public static final Errno EAGAIN = new Errno(11);
  public static final Errno ENOMEM = new Errno(12);
  public static final Errno EACCES = new Errno(13);
  public static final Errno EBUSY = new Errno(16);
  public static final Errno EEXIST = new Errno(17);
  public static final Errno ENODEV = new Errno(19);
  public static final Errno EINVAL = new Errno(22);
  public static final Errno EROFS = new Errno(30);
  public static final Errno ELOOP = new Errno(40);
  public static final Errno EMSGSIZE = new Errno(90);
  public static final Errno EPROTONOSUPPORT = new Errno(93);
  public static final Errno EOPNOTSUPP = new Errno(95);
  public static final Errno EAFNOSUPPORT = new Errno(97);
  public static final Errno EADDRINUSE = new Errno(98);
  public static final Errno EADDRNOTAVAIL = new Errno(99);
  public static final Errno ENETUNREACH = new Errno(101);
  public static final Errno ENOBUFS = new Errno(105);
  public static final Errno ETIMEDOUT = new Errno(110);
  public static final Errno EHOSTUNREACH = new Errno(113);

  private static final Map<Integer, String> NAMES =
      Map.ofEntries(
          Map.entry(1, "EPERM: operation not permitted"),
          Map.entry(2, "ENOENT: no such thing"),
          Map.entry(3, "ESRCH: no such process or route"),
          Map.entry(4, "EINTR: interrupted"),
          Map.entry(6, "ENXIO: no such device or address"),
          Map.entry(9, "EBADF: it is closed"),
          Map.entry(11, "EAGAIN: try again"),
          Map.entry(12, "ENOMEM: out of memory"),
          Map.entry(13, "EACCES: permission denied"),
          Map.entry(16, "EBUSY: device or resource busy"),
          Map.entry(17, "EEXIST: exists already"),
          Map.entry(19, "ENODEV: no such device"),
          Map.entry(22, "EINVAL: invalid argument"),
          Map.entry(30, "EROFS: read-only file system"),
          Map.entry(40, "ELOOP: goes round in circles"),
          Map.entry(90, "EMSGSIZE: message too long"),
          Map.entry(93, "EPROTONOSUPPORT: protocol not supported by this kernel"),
          Map.entry(97, "EAFNOSUPPORT: address family not supported by this kernel"),
          Map.entry(95, "EOPNOTSUPP: not supported by this kernel"),
          Map.entry(98, "EADDRINUSE: address in use"),
          Map.entry(99, "EADDRNOTAVAIL: address not available"),
          Map.entry(101, "ENETUNREACH: network is unreachable"),
          Map.entry(105, "ENOBUFS: no buffer space"),
          Map.entry(110, "ETIMEDOUT: no answer in time"),
          Map.entry(113, "EHOSTUNREACH: no way to that host"));

  /// `ENOENT: no such thing`, or `errno 75`.
  @Override
  public String toString() {
    return NAMES.getOrDefault(number, "errno " + number);
  }
}
