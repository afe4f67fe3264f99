// SPDX-License-Identifier: Apache-2.0
package dev.brindle.image.oci;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Map;
import java.util.zip.Deflater;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;

/// A layer as a file: a tar, compressed by gzip.
///
/// @param mediaType says how it is packed
/// @param digest of the file
/// @param diffId digest of the tar
/// @param createdBy what is in it, for people
public record Layer(
    Path file, String mediaType, long size, Digest digest, Digest diffId, String createdBy) {

  public static final String GZIP = "application/vnd.oci.image.layer.v1.tar+gzip";

  /// The same tree and time give the same file, on every machine with the same zlib in its JDK.
  public static Layer write(FileTree tree, Instant time, Path file, String createdBy)
      throws IOException {
    MessageDigest whole = Digest.sha256();
    MessageDigest inside = Digest.sha256();
    GzipParameters parameters = new GzipParameters();
    parameters.setCompressionLevel(Deflater.BEST_COMPRESSION);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
        OutputStream gzip =
            new GzipCompressorOutputStream(new DigestOutputStream(out, whole), parameters);
        TarArchiveOutputStream tar =
            new TarArchiveOutputStream(new DigestOutputStream(gzip, inside), "UTF-8")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      for (Map.Entry<String, FileTree.Entry> entry : tree.entries().entrySet()) {
        put(tar, entry.getKey(), entry.getValue(), time);
      }
    }
    return new Layer(file, GZIP, Files.size(file), Digest.of(whole), Digest.of(inside), createdBy);
  }

  private static void put(
      TarArchiveOutputStream tar, String path, FileTree.Entry entry, Instant time)
      throws IOException {
    switch (entry) {
      case FileTree.Directory(int mode) -> {
        tar.putArchiveEntry(plain(new TarArchiveEntry(path + "/"), mode, time));
      }
      case FileTree.Link(String target) -> {
        TarArchiveEntry link = new TarArchiveEntry(path, TarConstants.LF_SYMLINK);
        link.setLinkName(target);
        tar.putArchiveEntry(plain(link, 0777, time));
      }
      case FileTree.Regular(int mode, Content content) -> {
        TarArchiveEntry file = plain(new TarArchiveEntry(path), mode, time);
        file.setSize(content.size());
        tar.putArchiveEntry(file);
        try (InputStream in = content.open()) {
          in.transferTo(tar);
        }
      }
    }
    tar.closeArchiveEntry();
  }

  private static TarArchiveEntry plain(TarArchiveEntry entry, int mode, Instant time) {
    entry.setMode(mode);
    entry.setIds(0, 0);
    entry.setNames("", "");
    entry.setModTime(time.toEpochMilli());
    return entry;
  }
}
