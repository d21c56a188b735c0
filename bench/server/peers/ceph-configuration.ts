// The configuration of a Ceph cluster of one that touches nothing outside of its two folders.

/** A sparse file: as much as the bench may ever need. */
const DISK_SIZE_BYTES = 15 * 1024 ** 3;
const OSD_MEMORY_BYTES = 1.5 * 1024 ** 3;

export interface CephPlace {
  readonly dataFolder: string;
  /** For sockets, keys and process ids. */
  readonly runFolder: string;
  readonly fsid: string;
  /** `[v2:ADDRESS:PORT,v1:ADDRESS:PORT]`. */
  readonly monitor: string;
  readonly httpPort: number;
}

export function cephConfiguration({ dataFolder, runFolder, fsid, monitor, httpPort }: CephPlace): string {
  return `[global]
fsid = ${fsid}
mon host = ${monitor}
public addr = 127.0.0.1
cluster addr = 127.0.0.1
keyring = ${runFolder}/keyring
run dir = ${runFolder}
pid file = ${runFolder}/$name.pid
admin socket = ${runFolder}/$name.asok
log file = ${dataFolder}/$name.log
mon cluster log file = ${dataFolder}/cluster.log
mon data = ${dataFolder}/mon
mgr data = ${dataFolder}/mgr
osd data = ${dataFolder}/osd
rgw data = ${dataFolder}/rgw
osd journal = ${dataFolder}/osd/journal
osd objectstore = bluestore
bluestore block size = ${DISK_SIZE_BYTES}
bluestore block create = true
osd memory target = ${OSD_MEMORY_BYTES}
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true

[client.rgw.a]
rgw frontends = beast endpoint=127.0.0.1:${httpPort}
rgw multipart min part size = 1
`;
}
