/* Reads CIEs and FDEs. An entry with anything unknown in it is not used, because wrong rules are worse than none. */
#include "cfi_entry.h"

#include <dwarf.h>
#include <string.h>

#include "bytes.h"
#include "machine.h"
#include "memory.h"

#define MOST_ENTRY ((size_t)2 * CFI_MOST_PROGRAM)

struct entry {
        struct bytes body;    /* behind the CIE pointer */
        const uint8_t *start; /* where body began */
        uint64_t body_at;     /* the address of start */
        uint64_t cie;         /* of an FDE: the address of its CIE */
        uint64_t next;
        bool is_cie;
};

struct cie {
        uint64_t code_step;
        int64_t data_step;
        uint8_t encoding;
        bool sized, signal;
};

/* Where address is: in the section's bytes, or copied to room. */
static struct bytes fetch(const struct cfi_section *section, uint64_t address, size_t length, uint8_t *room)
{
        struct bytes bytes = {room, room, false};
        uint64_t offset = address - section->address;

        if (offset > section->length)
                return bytes;
        if (length > section->length - offset)
                length = (size_t)(section->length - offset);
        if (section->bytes) {
                bytes.at = section->bytes + offset;
                bytes.end = bytes.at + length;
        } else {
                bytes.end = room + memory_read(address, room, length);
        }
        return bytes;
}

static bool read_entry(const struct cfi_section *section, uint64_t address, struct entry *entry, uint8_t *room)
{
        uint8_t head[12];
        struct bytes bytes = fetch(section, address, sizeof(head), head);
        uint64_t length = bytes_number(&bytes, 4), at = address + 4;
        size_t id_size = 4;

        if (length == UINT32_MAX) {
                length = bytes_number(&bytes, 8);
                at += 8;
                id_size = 8;
        }
        if (bytes.bad || length < id_size || length > section->length)
                return false;
        entry->next = at + length;
        entry->body = fetch(section, at, length < MOST_ENTRY ? (size_t)length : MOST_ENTRY, room);
        if ((uint64_t)(entry->body.end - entry->body.at) < (length < MOST_ENTRY ? length : MOST_ENTRY))
                return false;
        uint64_t id = bytes_number(&entry->body, id_size);

        if (section->debug_frame) {
                entry->is_cie = id == (id_size == 4 ? UINT32_MAX : UINT64_MAX);
                entry->cie = section->address + id;
        } else {
                entry->is_cie = !id;
                entry->cie = at - (id_size == 4 ? (uint64_t)(int64_t)(int32_t)id : id);
        }
        entry->start = entry->body.at;
        entry->body_at = at + id_size;
        return !entry->body.bad;
}

int cfi_entry_next(const struct cfi_section *section, uint64_t address, uint64_t *next)
{
        uint8_t room[MOST_ENTRY];
        struct entry entry;

        if (!read_entry(section, address, &entry, room))
                return -1;
        *next = entry.next;
        return !entry.is_cie;
}

static uint64_t here(const struct entry *entry)
{
        return entry->body_at + (uint64_t)(entry->body.at - entry->start);
}

/* The letters behind "z" say what the augmentation data holds. */
static bool read_augmentation(struct entry *entry, const char *letters, struct cie *cie)
{
        uint64_t length = bytes_uleb(&entry->body);
        const uint8_t *data = entry->body.at;

        for (; *letters; letters++) {
                switch (*letters) {
                case 'R':
                        cie->encoding = (uint8_t)bytes_number(&entry->body, 1);
                        break;
                case 'L':
                        bytes_skip(&entry->body, 1);
                        break;
                case 'P': {
                        uint8_t encoding = (uint8_t)bytes_number(&entry->body, 1);

                        (void)bytes_pointer(&entry->body, encoding & 0x0f, 0, 0);
                        break;
                }
                case 'S':
                        cie->signal = true;
                        break;
                case 'B': /* aarch64: signed with the other key */
                case 'G': /* aarch64: memory tagging */
                        break;
                default:
                        return false;
                }
        }
        if (entry->body.bad || length > (uint64_t)(entry->body.end - data))
                return false;
        entry->body.at = data + length;
        return true;
}

static bool read_cie(struct entry *entry, struct cie *cie)
{
        struct bytes *body = &entry->body;
        uint64_t version = bytes_number(body, 1);
        const char *letters = bytes_string(body);

        if (!letters || (version != 1 && version != 3 && version != 4))
                return false;
        *cie = (struct cie){.encoding = DW_EH_PE_absptr, .sized = letters[0] == 'z'};
        if (letters[0] && !cie->sized)
                return false;
        if (version == 4) {
                uint64_t address_size = bytes_number(body, 1), segment_size = bytes_number(body, 1);

                if (address_size != 8 || segment_size != 0)
                        return false;
        }
        cie->code_step = bytes_uleb(body);
        cie->data_step = bytes_sleb(body);
        uint64_t column = version == 1 ? bytes_number(body, 1) : bytes_uleb(body);

        if (column != MACHINE_RETURN || (cie->sized && !read_augmentation(entry, letters + 1, cie)))
                return false;
        return !body->bad && cie->code_step;
}

static bool take_program(const struct bytes *body, uint8_t *to, size_t *length)
{
        *length = (size_t)(body->end - body->at);
        if (*length > CFI_MOST_PROGRAM)
                return false;
        memcpy(to, body->at, *length);
        return true;
}

bool cfi_entry_function(const struct cfi_section *section, uint64_t address, struct cfi_function *function)
{
        uint8_t room[MOST_ENTRY], cie_room[MOST_ENTRY];
        struct entry entry, common;
        struct cie cie;

        if (!read_entry(section, address, &entry, room) || entry.is_cie ||
            !read_entry(section, entry.cie, &common, cie_room) || !common.is_cie || !read_cie(&common, &cie))
                return false;
        uint64_t start = bytes_pointer(&entry.body, cie.encoding, here(&entry), 0);
        uint64_t length = bytes_pointer(&entry.body, cie.encoding & 0x0f, 0, 0);

        if (cie.sized)
                bytes_skip(&entry.body, bytes_uleb(&entry.body));
        /* Unsigned code addresses of .debug_frame count in the ELF file's numbering. */
        function->start = start + section->bias * section->debug_frame;
        function->end = function->start + length;
        function->code_step = cie.code_step;
        function->data_step = cie.data_step;
        function->signal = cie.signal;
        return !entry.body.bad && start && function->end > function->start &&
               take_program(&common.body, function->common, &function->common_length) &&
               take_program(&entry.body, function->own, &function->own_length);
}
