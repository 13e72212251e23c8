#pragma once
#include <fcntl.h>
#include <hdf5.h>
#include <stdlib.h>
#include <string.h>

// What Swift cannot see of libhdf5: constants that are macros with a call inside, and functions
// whose argument types differ between 1.10 and 1.14 behind the same name. Nothing more.

static inline unsigned chdf5_read_only(void) { return H5F_ACC_RDONLY; }
static inline herr_t chdf5_earliest(hid_t access) {
  return H5Pset_libver_bounds(access, H5F_LIBVER_EARLIEST, H5F_LIBVER_LATEST);
}
static inline unsigned chdf5_truncate(void) { return H5F_ACC_TRUNC; }

static inline hid_t chdf5_file_access(void) { return H5P_FILE_ACCESS; }
static inline hid_t chdf5_file_create(void) { return H5P_FILE_CREATE; }
static inline hid_t chdf5_group_create(void) { return H5P_GROUP_CREATE; }
static inline unsigned chdf5_order_tracked(void) { return H5P_CRT_ORDER_TRACKED; }
static inline hid_t chdf5_dataset_create(void) { return H5P_DATASET_CREATE; }
static inline hid_t chdf5_dataset_access(void) { return H5P_DATASET_ACCESS; }
static inline hid_t chdf5_dataset_transfer(void) { return H5P_DATASET_XFER; }

static inline hid_t chdf5_int8(void) { return H5T_NATIVE_INT8; }
static inline hid_t chdf5_int16(void) { return H5T_NATIVE_INT16; }
static inline hid_t chdf5_int32(void) { return H5T_NATIVE_INT32; }
static inline hid_t chdf5_int64(void) { return H5T_NATIVE_INT64; }
static inline hid_t chdf5_uint8(void) { return H5T_NATIVE_UINT8; }
static inline hid_t chdf5_uint16(void) { return H5T_NATIVE_UINT16; }
static inline hid_t chdf5_uint32(void) { return H5T_NATIVE_UINT32; }
static inline hid_t chdf5_uint64(void) { return H5T_NATIVE_UINT64; }
static inline hid_t chdf5_float(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t chdf5_double(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t chdf5_c_string(void) { return H5T_C_S1; }

static inline hsize_t chdf5_unlimited(void) { return H5S_UNLIMITED; }
static inline herr_t chdf5_make_variable(hid_t type) { return H5Tset_size(type, H5T_VARIABLE); }

// Open identifiers of one file, or with a negative argument of all files.
static inline ssize_t chdf5_open_objects(hid_t file) {
  return H5Fget_obj_count(file < 0 ? (hid_t)H5F_OBJ_ALL : file, H5F_OBJ_ALL);
}

// IEEE half precision in this machine's byte order, as a fresh type.
static inline hid_t chdf5_half(void) {
  hid_t type = H5Tcopy(H5T_NATIVE_FLOAT);
  if (type < 0) return type;
  if (H5Tset_fields(type, 15, 10, 5, 0, 10) < 0 || H5Tset_size(type, 2) < 0 ||
      H5Tset_ebias(type, 15) < 0) {
    H5Tclose(type);
    return -1;
  }
  return type;
}

// The kind of a link: 0 hard, 1 soft, 64 external, others user-defined; negative on failure.
static inline int chdf5_link_kind(hid_t group, const char *name) {
  H5L_info_t info;
  return H5Lget_info(group, name, &info, H5P_DEFAULT) < 0 ? -1 : (int)info.type;
}

// Where an object stands in its file, the same for all its hard links; 2^64 - 1 on failure.
static inline haddr_t chdf5_object_address(hid_t object) {
  H5O_info_t info;
  return H5Oget_info2(object, &info, H5O_INFO_BASIC) < 0 ? HADDR_UNDEF : info.addr;
}

// The packed bytes of the chunk with a number below the count of chunks; negative on failure.
static inline long long chdf5_chunk_bytes(hid_t dataset, hid_t space, hsize_t number) {
  hsize_t bytes = 0;
  return H5Dget_chunk_info(dataset, space, number, NULL, NULL, NULL, &bytes) < 0
             ? -1
             : (long long)bytes;
}

// The number of chunks that are in the file; negative on failure.
static inline long long chdf5_chunk_count(hid_t dataset, hid_t space) {
  hsize_t count = 0;
  return H5Dget_num_chunks(dataset, space, &count) < 0 ? -1 : (long long)count;
}

// The packed bytes of the chunk that begins at an element, 0 if there is none; negative on failure.
static inline long long chdf5_packed_bytes(hid_t dataset, const hsize_t *first) {
  hsize_t bytes = 0;
  return H5Dget_chunk_storage_size(dataset, first, &bytes) < 0 ? -1 : (long long)bytes;
}

// Reads the packed bytes of that chunk into room for so many; negative on failure, or where there are
// more. libhdf5 remembers the chunk it looked up last, so both calls mean the same bytes.
static inline herr_t chdf5_read_packed(hid_t dataset, const hsize_t *first, size_t room,
                                       unsigned *skipped, void *memory) {
  long long bytes = chdf5_packed_bytes(dataset, first);
  if (bytes < 0 || (size_t)bytes > room) return -1;
  return H5Dread_chunk(dataset, H5P_DEFAULT, first, skipped, memory);
}

// 1 where chunks that reach over an edge are stored unfiltered, 0 where not; negative on failure.
static inline int chdf5_has_plain_edges(hid_t create) {
  unsigned options = 0;
  if (H5Pget_layout(create) != H5D_CHUNKED) return 0;
  if (H5Pget_chunk_opts(create, &options) < 0) return -1;
  return (options & H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS) != 0;
}

// The system's descriptor of a file, to keep and to close; negative unless it is one file on the disk.
static inline int chdf5_file_descriptor(hid_t file) {
  int result = -1, *descriptor = NULL;
  hid_t access = H5Fget_access_plist(file);
  if (access >= 0 && H5Pget_driver(access) == H5FD_SEC2 &&
      H5Fget_vfd_handle(file, H5P_DEFAULT, (void **)&descriptor) >= 0 && descriptor)
    result = fcntl(*descriptor, F_DUPFD_CLOEXEC, 3);
  if (access >= 0) H5Pclose(access);
  return result;
}

// The same for the file of an object; negative, too, unless its addresses count from its first byte.
static inline int chdf5_descriptor(hid_t object) {
  int result = -1;
  hsize_t user_block = 1;
  hid_t file = H5Iget_file_id(object);
  hid_t create = file < 0 ? -1 : H5Fget_create_plist(file);
  if (create >= 0 && H5Pget_userblock(create, &user_block) >= 0 && user_block == 0)
    result = chdf5_file_descriptor(file);
  if (create >= 0) H5Pclose(create);
  if (file >= 0) H5Fclose(file);
  return result;
}

typedef int (*chdf5_name_visitor)(const char *name, void *context);

struct chdf5_visit {
  chdf5_name_visitor visitor;
  void *context;
};

static inline herr_t chdf5_visit_link(hid_t group, const char *name, const H5L_info_t *info,
                                      void *data) {
  (void)group, (void)info;
  struct chdf5_visit *visit = (struct chdf5_visit *)data;
  return visit->visitor(name, visit->context);
}

static inline herr_t chdf5_each_link(hid_t group, chdf5_name_visitor visitor, void *context) {
  struct chdf5_visit visit = {visitor, context};
  return H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, NULL, chdf5_visit_link, &visit);
}

static inline herr_t chdf5_visit_attribute(hid_t object, const char *name, const H5A_info_t *info,
                                           void *data) {
  (void)object, (void)info;
  struct chdf5_visit *visit = (struct chdf5_visit *)data;
  return visit->visitor(name, visit->context);
}

static inline herr_t chdf5_each_attribute(hid_t object, chdf5_name_visitor visitor,
                                          void *context) {
  struct chdf5_visit visit = {visitor, context};
  return H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, NULL, chdf5_visit_attribute, &visit);
}

// Variable-length reads allocate inside libhdf5: this allocator stops at a budget of bytes.
static inline void *chdf5_budget_allocate(size_t bytes, void *budget) {
  size_t *left = (size_t *)budget;
  if (bytes > *left) return NULL;
  *left -= bytes;
  return malloc(bytes);
}

static inline void chdf5_budget_free(void *block, void *budget) {
  (void)budget;
  free(block);
}

static inline herr_t chdf5_set_budget(hid_t transfer, size_t *budget) {
  return H5Pset_vlen_mem_manager(transfer, chdf5_budget_allocate, budget, chdf5_budget_free,
                                 budget);
}

// A conversion to whole numbers that would change a value is a failure, not a rounding.
static inline H5T_conv_ret_t chdf5_refuse_inexact(H5T_conv_except_t what, hid_t from, hid_t to,
                                                  void *source, void *target, void *context) {
  (void)what, (void)from, (void)to, (void)source, (void)target, (void)context;
  return H5T_CONV_ABORT;
}

static inline herr_t chdf5_set_exact(hid_t transfer) {
  return H5Pset_type_conv_cb(transfer, chdf5_refuse_inexact, NULL);
}

// The bytes of a file in memory, which libhdf5 would copy for each list of properties that names
// them and again for the file. Every "copy" is the same block here, counted; all under our lock.
struct chdf5_image {
  void *bytes;
  size_t size;
  size_t users;
};

static inline void chdf5_image_leave(struct chdf5_image *image) {
  if (--image->users) return;
  free(image->bytes);
  free(image);
}

static inline void *chdf5_image_allocate(size_t size, H5FD_file_image_op_t why, void *data) {
  struct chdf5_image *image = (struct chdf5_image *)data;
  (void)why;
  if (size != image->size) return NULL;
  image->users++;
  return image->bytes;
}

static inline void *chdf5_image_copy(void *to, const void *from, size_t size,
                                     H5FD_file_image_op_t why, void *data) {
  (void)size, (void)why, (void)data;
  return to == from ? to : NULL;
}

static inline void *chdf5_image_grow(void *block, size_t size, H5FD_file_image_op_t why,
                                     void *data) {
  (void)block, (void)size, (void)why, (void)data;
  return NULL;
}

static inline herr_t chdf5_image_free(void *block, H5FD_file_image_op_t why, void *data) {
  (void)block, (void)why;
  chdf5_image_leave((struct chdf5_image *)data);
  return 0;
}

static inline void *chdf5_image_join(void *data) {
  ((struct chdf5_image *)data)->users++;
  return data;
}

static inline herr_t chdf5_image_end(void *data) {
  chdf5_image_leave((struct chdf5_image *)data);
  return 0;
}

// Lets `access` open these bytes, a block of malloc, which belong to libhdf5 from here on: they are
// freed when the last list and file that use them are closed, or at once on failure.
static inline herr_t chdf5_set_image(hid_t access, void *bytes, size_t size) {
  struct chdf5_image *image = (struct chdf5_image *)malloc(sizeof *image);
  if (!image) {
    free(bytes);
    return -1;
  }
  *image = (struct chdf5_image){bytes, size, 1};
  H5FD_file_image_callbacks_t callbacks = {
      chdf5_image_allocate, chdf5_image_copy, chdf5_image_grow, chdf5_image_free,
      chdf5_image_join,     chdf5_image_end,  image};
  herr_t result = H5Pset_fapl_core(access, 1 << 20, 0);
  if (result >= 0) result = H5Pset_file_image_callbacks(access, &callbacks);
  if (result >= 0) result = H5Pset_file_image(access, bytes, size);
  chdf5_image_leave(image);
  return result;
}
